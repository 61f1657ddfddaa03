#ifndef PHP_VALUE_H
#define PHP_VALUE_H

/*
 * value - what is known of a PHP value without running the program.
 *
 * Where it comes from (taint), what was done against its dangers (clean), from
 * which parameters of the function in question it flows, and, where everything
 * that made it is constant, its very bytes. Values are passed by value; what
 * they point to lives in the arena of the file.
 */

#include "base/arena.h"

enum value_kind {
    VALUE_UNKNOWN,
    VALUE_NULL,
    VALUE_BOOL,    /* number */
    VALUE_INTEGER, /* number */
    VALUE_STRING,  /* text */
    VALUE_ARRAY,   /* items; an array of which not all is known is VALUE_UNKNOWN */
    VALUE_OBJECT,  /* text: its class as written, where known */
    VALUE_CLOSURE, /* code */
};

/* Where it comes from. */
enum taint {
    TAINT_REQUEST = 1 << 0, /* fields, cookies, body, URL of the request */
    TAINT_HEADER = 1 << 1,  /* request headers that a browser sets: HTTP_HOST, HTTP_USER_AGENT */
    TAINT_UPLOAD = 1 << 2,  /* $_FILES */
    TAINT_NETWORK = 1 << 3, /* fetched from elsewhere */
    TAINT_FILE = 1 << 4,    /* read from a file of this host */
    TAINT_DATABASE = 1 << 5,
    TAINT_DECODED = 1 << 6, /* went through a decoder: base64, gzip, hex, rot13, xor */
    TAINT_BUILT = 1 << 7,   /* text put together from pieces nobody writes so: chr, picks, strrev */
    TAINT_LIST = 1 << 8,    /* one of many that were split from one request field */
    TAINT_OUTPUT = 1 << 9,  /* output of a program */
    TAINT_SESSION = 1 << 10,
    TAINT_BLOB = 1 << 11,   /* a long literal, or one that holds no readable text */
    TAINT_VERIFY = 1 << 12, /* the answer of a bot check's server */
    TAINT_UNSET = 1 << 13,  /* a variable that nothing before sets: register_globals did */

    /* Of the request's fields, what they are called: */
    TAINT_NAME = 1 << 24,    /* name, user, company */
    TAINT_ADDRESS = 1 << 25, /* email, to, friend */
    TAINT_TEXT = 1 << 26,    /* message, comment, subject; all fields at once */
    TAINT_COPIED = 1 << 27,  /* stands behind "Cc:" or "Bcc:" */
    TAINT_SETTER = 1 << 28,  /* what users of a mail class set as its sender */
};
#define TAINT_GIVES (1u << 29) /* a callable that gives what is the visitor's */
#define TAINT_PUT_IN                                                                               \
    (1u << 30) /* put into a text that the program holds: str_replace('{to}', …                  \
                */
#define TAINT_FIELD (TAINT_NAME | TAINT_ADDRESS | TAINT_TEXT)
#define TAINT_VISITOR (TAINT_REQUEST | TAINT_HEADER | TAINT_UPLOAD)

/* What it can no longer do; holds for the value on the path on which it was seen. */
enum clean {
    CLEAN_CRLF = 1 << 0,    /* no CR, no LF: cannot begin a new header */
    CLEAN_ADDRESS = 1 << 1, /* one e-mail address by its form */
    CLEAN_NUMBER = 1 << 2,  /* digits: harmless everywhere */
    CLEAN_LISTED = 1 << 3,  /* one of a list that the program holds */
    CLEAN_SHELL = 1 << 4,   /* escapeshellarg */
    CLEAN_HTML = 1 << 5,    /* htmlspecialchars, strip_tags */
    CLEAN_PATH = 1 << 6,    /* basename */
    CLEAN_QUOTED = 1 << 8,  /* escapeshellarg, of which mail() undoes the good: CVE-2016-10045 */
    CLEAN_OWN = 1 << 7,     /* of the user who is logged in, of this site's settings */
};

/* How constant text was made: one step is ordinary, several are hiding. */
enum made {
    MADE_CONCAT = 1 << 0,
    MADE_CHR = 1 << 1,
    MADE_REVERSE = 1 << 2,
    MADE_REPLACE = 1 << 3, /* str_replace, strtr, substr of literals */
    MADE_XOR = 1 << 4,     /* ^ | & ~ on strings */
    MADE_BASE64 = 1 << 5,
    MADE_INFLATE = 1 << 6,
    MADE_ROT13 = 1 << 7,
    MADE_HEX = 1 << 8,       /* hex2bin, pack, and letters spelled as \x escapes */
    MADE_PICK = 1 << 9,      /* $alphabet[3] . $alphabet[17] */
    MADE_URL = 1 << 10,      /* urldecode and the like */
    MADE_CASE = 1 << 11,     /* strtolower of something oddly cased */
    MADE_JOIN = 1 << 12,     /* implode of pieces */
    MADE_STEP = 1 << 13,     /* letters counted up: $_++ */
    MADE_LOOP = 1 << 14,     /* computed in a loop */
    MADE_TEMPLATE = 1 << 15, /* "a{$b}" */
};

/* Whether an unknown value counts as true, where at least that is known: a list that got an item.
 */
enum truth {
    TRUTH_ANY,
    TRUTH_YES,
    TRUTH_NO,
};

struct value;
struct node;

/* A PHP array in order. Keys are strings or integers as PHP has them. */
struct item {
    bool is_text_key;
    int64_t number;
    struct str key;
    struct value *value;
};

#define VALUE_ITEMS_MAX 4096

struct items {
    uint32_t count;
    const struct item *list;
};

struct value {
    uint8_t kind;  /* enum value_kind */
    uint8_t truth; /* enum truth, of what is not known otherwise */
    uint16_t made;
    uint32_t taint, clean;
    uint32_t parameters;      /* bit i: flows from parameter i of the function that is looked at */
    const struct str *origin; /* the field of the request, "_POST[email]"; NULL: none, not known */
    struct str text;          /* STRING, OBJECT. An unknown value's known beginning, if any */
    union {
        int64_t number;
        const struct items *items;
        const struct node *code;
    };
};

#define VALUE_NOTHING ((struct value){.kind = VALUE_UNKNOWN})

static inline struct value
value_string(struct str text)
{
    return (struct value){.kind = VALUE_STRING, .text = text};
}

static inline struct value
value_integer(int64_t number)
{
    return (struct value){.kind = VALUE_INTEGER, .number = number};
}

static inline struct value
value_bool(bool is_true)
{
    return (struct value){.kind = VALUE_BOOL, .number = is_true};
}

/* All of its bytes are known: nothing in it is unknown, and neither is its kind. */
static inline bool
value_is_known(struct value value)
{
    return value.kind >= VALUE_NULL && value.kind <= VALUE_ARRAY;
}

/* Either of two, as behind an if: same bytes stay known; taints add, cleanness must hold in both.
 */
struct value value_either(struct value a, struct value b);

/* Both together, as in a concatenation whose bytes are not known. */
struct value value_both(struct value a, struct value b);

/* As PHP converts: false where the value is not known or has no such form. Text of a
 * number is written into the arena; an array gives "Array". */
bool value_text(struct value value, struct arena *arena, struct str *ret_text);
bool value_number(struct value value, int64_t *ret_number);
bool value_truth(struct value value, bool *ret_truth);

/* The item under a key as PHP compares keys ("7" is 7); NULL without. */
const struct value *items_find(const struct items *items, struct value key);

#endif
