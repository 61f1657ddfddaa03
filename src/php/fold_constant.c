#include "php/fold_parts.h"

struct constant {
    struct str name;
    uint8_t kind;
    int64_t number;
    struct str text;
};

#define NAME(literal)                                                                              \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }
#define INTEGER(name, number)                                                                      \
    {                                                                                              \
        NAME(name), VALUE_INTEGER, number, NAME("")                                                \
    }
#define TEXT(name, text)                                                                           \
    {                                                                                              \
        NAME(name), VALUE_STRING, 0, NAME(text)                                                    \
    }

/* What is the same wherever a program of a Linux host runs; floats as the text PHP prints. */
static const struct constant constants[] = {
    TEXT("DIRECTORY_SEPARATOR", "/"),
    TEXT("PATH_SEPARATOR", ":"),
    TEXT("PHP_EOL", "\n"),
    TEXT("PHP_OS", "Linux"),
    TEXT("PHP_OS_FAMILY", "Linux"),
    TEXT("M_PI", "3.1415926535898"),
    TEXT("M_E", "2.718281828459"),
    TEXT("INF", "INF"),
    TEXT("NAN", "NAN"),
    INTEGER("PHP_INT_MAX", INT64_MAX),
    INTEGER("PHP_INT_MIN", INT64_MIN),
    INTEGER("PHP_INT_SIZE", 8),
    INTEGER("E_ERROR", 1),
    INTEGER("E_WARNING", 2),
    INTEGER("E_PARSE", 4),
    INTEGER("E_NOTICE", 8),
    INTEGER("E_STRICT", 2048),
    INTEGER("E_DEPRECATED", 8192),
    INTEGER("E_ALL", 32767),
    INTEGER("ENT_COMPAT", 2),
    INTEGER("ENT_QUOTES", 3),
    INTEGER("ENT_NOQUOTES", 0),
    INTEGER("STR_PAD_LEFT", 0),
    INTEGER("STR_PAD_RIGHT", 1),
    INTEGER("STR_PAD_BOTH", 2),
    INTEGER("COUNT_NORMAL", 0),
    INTEGER("COUNT_RECURSIVE", 1),
};

bool
fold_constant(struct str name, struct value *ret_value)
{
    (void)str_skip(&name, STR("\\"));
    if (str_eq_nocase(name, STR("true")) || str_eq_nocase(name, STR("false"))) {
        *ret_value = value_bool(name.len == 4);
        return true;
    }
    if (str_eq_nocase(name, STR("null"))) {
        *ret_value = (struct value){.kind = VALUE_NULL};
        return true;
    }
    for (size_t i = 0; i < sizeof(constants) / sizeof(constants[0]); i++) {
        const struct constant *constant = &constants[i];

        if (!str_eq(constant->name, name))
            continue;
        *ret_value = (struct value){.kind = constant->kind};
        if (constant->kind == VALUE_STRING)
            ret_value->text = constant->text;
        else
            ret_value->number = constant->number;
        return true;
    }
    return false;
}
