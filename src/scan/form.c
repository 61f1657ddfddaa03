#include "scan/form.h"

#include "scan/form_words.h"
#include "scan/html.h"

#define TEXT_BYTES_MAX 2048  /* of labels, placeholders and buttons of one form, folded */
#define MARKS_BYTES_MAX 1024 /* of its action, names and classes */
#define FIELD_BYTES_MAX 256
#define GROUP_GAP_MAX 4096         /* between fields without <form> that belong together */
#define SCRIPT_BYTES_MAX (1 << 20) /* of a page, searched for where its scripts send */

/* A form that is being read. */
struct draft {
    bool has_picture, has_code;            /* both: letters to be read off the picture */
    bool is_open, is_group;                /* group: fields without <form> */
    bool is_get, has_action, is_listening; /* the page's scripts may send it */
    size_t begin, last;
    struct str action, ajax;
    uint32_t roles[ROLE_COUNT];
    uint32_t visible, areas, hidden, choices, buttons, files;
    uint32_t checks;
    size_t text_len, marks_len, button_len;
    char text[TEXT_BYTES_MAX], marks[MARKS_BYTES_MAX], button[FIELD_BYTES_MAX];
};

struct reading {
    struct str source, flat;
    bool does_page_draw; /* a check, by script, into some form */
    uint32_t forms_seen, fields_seen;
    struct draft *draft;
    struct forms *forms;
};

const char *
form_kind_name(enum form_kind kind)
{
    static const char *const names[FORM_KIND_COUNT] = {
        [FORM_OTHER] = "form",
        [FORM_CONTACT] = "contact form",
        [FORM_CALLBACK] = "call-me form",
        [FORM_ORDER] = "quick-order form",
        [FORM_FRIEND] = "tell-a-friend form",
        [FORM_REGISTER] = "registration form",
        [FORM_COMMENT] = "comment form",
        [FORM_NEWSLETTER] = "newsletter form",
        [FORM_PASSWORD] = "lost-password form",
    };

    return names[kind];
}

static void
draft_begin(struct draft *draft, size_t offset, bool is_group)
{
    memset(draft, 0, offsetof(struct draft, text));
    draft->is_open = true;
    draft->is_group = is_group;
    draft->begin = draft->last = offset;
    draft->action = draft->ajax = STR_EMPTY;
}

static void
add_text(struct draft *draft, struct str text)
{
    if (str_trim(text).len)
        draft->text_len = form_words_fold(text, draft->text, draft->text_len, TEXT_BYTES_MAX);
}

static void
add_marks(struct draft *draft, struct str text)
{
    if (text.len)
        draft->marks_len =
            form_words_fold(str_first(text, 200), draft->marks, draft->marks_len, MARKS_BYTES_MAX);
}

static bool
has_nocase(struct str text, const char *part)
{
    return str_find_nocase(text, str_from_cstr(part)) < text.len;
}

/* Where WordPress takes anybody's forms, though its name speaks of administrators. */
static bool
is_wordpress_door(struct str address)
{
    return has_nocase(address, "admin-ajax.php") || has_nocase(address, "admin-post.php");
}

static void
open_form(struct reading *reading, const struct html_piece *piece)
{
    struct draft *draft = reading->draft;
    struct str rest = piece->attributes, name, value;

    draft_begin(draft, piece->offset, false);
    while (html_attribute_next(&rest, &name, &value)) {
        if (str_eq_nocase(name, STR("method")))
            draft->is_get = str_eq_nocase(value, STR("get"));
        if (str_eq_nocase(name, STR("action"))) {
            draft->has_action = true;
            draft->action = value;
        }
        if (str_eq_nocase(name, STR("onsubmit")) || str_starts_nocase(name, STR("@submit")) ||
            str_starts_nocase(name, STR("v-on:")))
            draft->is_listening = true;
        if (str_eq_nocase(name, STR("action")) || str_eq_nocase(name, STR("id")) ||
            str_eq_nocase(name, STR("class")) || str_eq_nocase(name, STR("name")) ||
            str_eq_nocase(name, STR("onsubmit")))
            add_marks(draft, is_wordpress_door(value) ? STR_EMPTY : value);
    }
}

/* What one field says of itself. */
struct field {
    struct str type, name, id, class, shown, value, style;
    bool is_required;
};

static struct field
field_of(struct str attributes)
{
    struct field field = {STR_EMPTY, STR_EMPTY, STR_EMPTY, STR_EMPTY,
                          STR_EMPTY, STR_EMPTY, STR_EMPTY, false};
    struct str name, value;
    struct {
        const char *name;
        struct str *into;
    } wanted[] = {
        {"type", &field.type},         {"name", &field.name},   {"id", &field.id},
        {"class", &field.class},       {"value", &field.value}, {"style", &field.style},
        {"placeholder", &field.shown}, {"title", &field.shown}, {"aria-label", &field.shown},
        {"v-model", &field.id},
    };

    while (html_attribute_next(&attributes, &name, &value)) {
        for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
            if (!wanted[i].into->len && str_eq_nocase(name, str_from_cstr(wanted[i].name)))
                *wanted[i].into = value;
        }
    }
    return field;
}

/* A text field that people do not see: bots fill it in. */
static bool
is_trap(const struct field *field)
{
    static const char *const names[] = {"honeypot", "hp_",     "_hp",     "trap",
                                        "nospam",   "no_spam", "antibot", "winnie"};

    if (str_find_nocase(field->style, STR("display:none")) < field->style.len ||
        str_find_nocase(field->style, STR("display: none")) < field->style.len ||
        str_find_nocase(field->style, STR("left:-")) < field->style.len ||
        str_find_nocase(field->style, STR("left: -")) < field->style.len)
        return true;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct str part = str_from_cstr(names[i]);

        if (str_find_nocase(field->name, part) < field->name.len ||
            str_find_nocase(field->class, part) < field->class.len ||
            str_find_nocase(field->id, part) < field->id.len)
            return true;
    }
    return false;
}

static bool
is_any(struct str text, const char *const *list)
{
    for (; *list; list++) {
        if (str_eq_nocase(text, str_from_cstr(*list)))
            return true;
    }
    return false;
}

static void
add_button(struct draft *draft, struct str text)
{
    draft->buttons++;
    if (text.len)
        draft->button_len =
            form_words_fold(text, draft->button, draft->button_len, FIELD_BYTES_MAX);
}

static enum form_role
role_of(const struct field *field, bool is_area)
{
    char folded[FIELD_BYTES_MAX];
    size_t len = 0;
    enum form_role role;

    if (str_eq_nocase(field->type, STR("password")))
        return ROLE_PASSWORD;
    if (str_eq_nocase(field->type, STR("tel")))
        return ROLE_PHONE;
    if (str_eq_nocase(field->type, STR("search")))
        return ROLE_SEARCH;
    len = form_words_fold(field->name, folded, len, sizeof(folded));
    len = form_words_fold(field->id, folded, len, sizeof(folded));
    len = form_words_fold(field->shown, folded, len, sizeof(folded));
    role = form_words_role((struct str){folded, len});
    if (is_area && role != ROLE_ADMIN && role != ROLE_SHOP)
        return ROLE_MESSAGE;
    if (str_eq_nocase(field->type, STR("email")) && role != ROLE_FRIEND)
        return ROLE_EMAIL;
    return role == ROLE_MESSAGE && !is_area ? ROLE_SUBJECT : role;
}

static void
add_field(struct draft *draft, const struct html_piece *piece)
{
    static const char *const button_types[] = {"submit", "button", "image", "reset", NULL};
    static const char *const choice_types[] = {"checkbox", "radio", NULL};
    static const char *const code_names[] = {"code", "yzm", "chkcode", "imgcode", "verify", NULL};
    struct field field = field_of(piece->attributes);
    bool is_area = str_eq_nocase(piece->name, STR("textarea"));

    draft->last = piece->offset;
    if (is_any(field.type, button_types)) {
        add_button(draft, field.value);
        add_marks(draft, field.name);
        return;
    }
    if (str_eq_nocase(field.type, STR("hidden"))) {
        draft->hidden++;
        add_marks(draft, field.name);
        if (str_eq(field.name, STR("action")))
            draft->ajax = field.value;
        add_marks(draft, str_first(field.value, 40));
        return;
    }
    if (is_any(field.type, choice_types) || str_eq_nocase(piece->name, STR("select"))) {
        draft->choices++;
        return;
    }
    if (str_eq_nocase(field.type, STR("file"))) {
        draft->files++;
        return;
    }
    if (is_trap(&field)) {
        draft->checks |= CHECK_HONEYPOT;
        return;
    }
    draft->has_code |= is_any(field.name, code_names);
    add_text(draft, field.shown);
    add_marks(draft, field.name);
    draft->visible++;
    draft->areas += is_area;
    draft->roles[role_of(&field, is_area)]++;
}

/* What it is, from what was gathered; the first reading that fits. */
static enum form_kind
kind_of(const struct draft *draft)
{
    uint32_t marks = form_words_topics((struct str){draft->marks, draft->marks_len});
    uint32_t button = form_words_topics((struct str){draft->button, draft->button_len});
    uint32_t text = form_words_topics((struct str){draft->text, draft->text_len});
    uint32_t strong = marks | button, all = strong | text;
    uint32_t reach = draft->roles[ROLE_EMAIL] + draft->roles[ROLE_PHONE];

#define HAS(set, topic) ((set) & (UINT32_C(1) << (topic)))
    if (draft->is_get || draft->roles[ROLE_SEARCH] || draft->roles[ROLE_SHOP] ||
        draft->roles[ROLE_ADMIN] || HAS(strong, TOPIC_ADMIN) || HAS(strong, TOPIC_SHOP))
        return FORM_OTHER;
    if (draft->roles[ROLE_PASSWORD] > 2 || draft->visible > 25)
        return FORM_OTHER;
    if (draft->roles[ROLE_PASSWORD]) {
        bool is_named = draft->roles[ROLE_EMAIL] || draft->roles[ROLE_LOGIN];

        if (HAS(strong, TOPIC_PASSWORD) || !is_named)
            return FORM_OTHER;
        if (HAS(strong, TOPIC_REGISTER) && draft->visible > 2)
            return FORM_REGISTER;
        if (draft->roles[ROLE_PASSWORD] == 2 && !HAS(strong, TOPIC_LOGIN) &&
            HAS(text, TOPIC_REGISTER))
            return FORM_REGISTER;
        return FORM_OTHER;
    }
    if (!draft->areas && draft->visible == 1 && HAS(all, TOPIC_PASSWORD) &&
        (draft->roles[ROLE_EMAIL] || draft->roles[ROLE_LOGIN]))
        return FORM_PASSWORD;
    if (!draft->visible || (HAS(strong, TOPIC_LOGIN) && !draft->areas))
        return FORM_OTHER;
    if (draft->roles[ROLE_FRIEND] &&
        (draft->roles[ROLE_EMAIL] || draft->areas || HAS(all, TOPIC_FRIEND)))
        return FORM_FRIEND;
    if (HAS(strong, TOPIC_FRIEND) && draft->roles[ROLE_EMAIL])
        return FORM_FRIEND;
    if (!draft->areas && draft->visible <= 2 && draft->roles[ROLE_EMAIL] == 1 &&
        !draft->roles[ROLE_PHONE] && HAS(all, TOPIC_NEWSLETTER))
        return FORM_NEWSLETTER;
    if (draft->areas && HAS(strong, TOPIC_COMMENT) && !HAS(strong, TOPIC_CONTACT) &&
        (draft->roles[ROLE_NAME] || draft->roles[ROLE_EMAIL] || draft->visible == 1))
        return FORM_COMMENT;
    if (draft->roles[ROLE_PHONE] && !draft->areas && draft->visible <= 5) {
        if (HAS(all, TOPIC_CALLBACK))
            return FORM_CALLBACK;
        if (HAS(all, TOPIC_ORDER))
            return FORM_ORDER;
        if (draft->visible <= 3 && (draft->buttons || !draft->is_group) && !HAS(all, TOPIC_LOGIN))
            return FORM_CALLBACK;
    }
    if (draft->visible <= 6 && reach && HAS(strong, TOPIC_ORDER))
        return FORM_ORDER;
    if (draft->areas && HAS(strong, TOPIC_CALLBACK) && draft->roles[ROLE_PHONE])
        return FORM_CALLBACK;
    if (draft->areas && reach && draft->areas <= 3 &&
        (draft->roles[ROLE_NAME] || draft->roles[ROLE_SUBJECT] || HAS(all, TOPIC_CONTACT)) &&
        !HAS(text, TOPIC_SHOP))
        return FORM_CONTACT;
    if (draft->areas == 1 && !reach && HAS(strong, TOPIC_CONTACT) && draft->visible <= 4 &&
        (draft->roles[ROLE_NAME] || draft->roles[ROLE_SUBJECT]))
        return FORM_CONTACT;
    if (reach && draft->visible <= 5 && HAS(strong, TOPIC_CONTACT) && draft->roles[ROLE_NAME])
        return FORM_CONTACT;
#undef HAS
    return FORM_OTHER;
}

/* The path of an address: without scheme, host, query and fragment. */
static struct str
path_of(struct str address)
{
    size_t scheme = str_find(address, STR("://"));

    if (scheme < 8)
        address = str_from(address, scheme + 3 + str_index(str_from(address, scheme + 3), '/'));
    return str_first(address, str_index_any(address, STR("?#")));
}

static bool
is_written_whole(struct str action)
{
    return !str_has(action, STR("{")) && !str_has(action, STR(" ")) && !str_has(action, STR("$")) &&
           !str_has(action, STR("<")) && !str_has(action, STR("%"));
}

static void
set_target(struct form *form, struct str address)
{
    struct str path = path_of(address);

    if (str_starts_nocase(address, STR("mailto:")) ||
        str_starts_nocase(address, STR("javascript:")))
        form->target_kind =
            str_starts_nocase(address, STR("mailto:")) ? TARGET_FOREIGN : TARGET_UNKNOWN;
    else if (!path.len && str_has(address, STR("://")))
        form->target_kind = TARGET_FOREIGN;
    else if (!path.len)
        form->target_kind = TARGET_SELF;
    else if (is_written_whole(path)) {
        form->target_kind = str_has(address, STR("://")) || str_starts(address, STR("//"))
                                ? TARGET_FOREIGN
                                : TARGET_PATH;
        form->target = path;
        /* Another server's, or the site's own written in full: a PHP file may be here. */
        if (form->target_kind == TARGET_FOREIGN && has_nocase(path, ".php") &&
            !str_starts(address, STR("//")))
            form->target_kind = TARGET_PATH;
    }
}

/* The quoted text at the front, blanks and one bracket or colon skipped. */
static struct str
quoted(struct str rest)
{
    size_t at = 0, end;

    while (at < rest.len && at < 12 && strchr(" \t\n\r(:{", rest.data[at]) && rest.data[at])
        at++;
    if (at >= rest.len || (rest.data[at] != '"' && rest.data[at] != '\'' && rest.data[at] != '`'))
        return STR_EMPTY;
    rest = str_first(rest, at + 300);
    end = str_index(str_from(rest, at + 1), rest.data[at]);
    return end < str_from(rest, at + 1).len ? str_first(str_from(rest, at + 1), end) : STR_EMPTY;
}

/* What stands quoted behind the first `word` that has something quoted behind it. */
static struct str
quoted_behind(struct str text, const char *word)
{
    size_t len = strlen(word);

    for (size_t at = 0; at < text.len;) {
        struct str found;

        at += str_find(str_from(text, at), str_from_cstr(word));
        if (at >= text.len)
            break;
        found = quoted(str_from(text, at + len));
        if (found.len)
            return found;
        at += len;
    }
    return STR_EMPTY;
}

/* Where the page's scripts send forms. */
static void
set_scripted_target(struct form *form, const struct draft *draft, struct str source)
{
    static const char *const senders[] = {"$.post", "fetch",     "axios.post",
                                          "url",    "\"POST\",", "'POST',"};
    struct str page = str_first(source, SCRIPT_BYTES_MAX), action = draft->ajax;

    if (is_wordpress_door(page) || has_nocase(page, "ajaxurl")) {
        if (!action.len)
            action = quoted_behind(page, "action:");
        if (action.len) {
            form->target_kind = TARGET_AJAX;
            form->target = action;
            return;
        }
    }
    for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++) {
        struct str address = quoted_behind(page, senders[i]);

        if (address.len && !str_has(address, STR(" ")) && has_nocase(address, ".php")) {
            form->is_scripted = true;
            set_target(form, address);
            return;
        }
    }
}

/* The page itself, by a variable: <?= $_SERVER['PHP_SELF'] ?>. */
static bool
is_own_address(const struct reading *reading, struct str action)
{
    size_t offset = (size_t)(action.data - reading->flat.data);
    struct str written;

    if (!action.data || action.data < reading->flat.data || offset > reading->source.len)
        return false;
    written = str_first(str_from(reading->source, offset > 100 ? offset - 100 : 0), 300);
    return str_has(written, STR("PHP_SELF")) || str_has(written, STR("REQUEST_URI")) ||
           str_has(written, STR("SCRIPT_NAME"));
}

static void
set_targets(const struct reading *reading, const struct draft *draft, struct form *form)
{
    struct str action = draft->action;

    form->target = STR_EMPTY;
    if (is_wordpress_door(action) && draft->ajax.len) {
        form->target_kind = TARGET_AJAX;
        form->target = draft->ajax;
    } else if (action.len && !str_eq(action, STR("#"))) {
        set_target(form, action);
        if (form->target_kind == TARGET_UNKNOWN && is_own_address(reading, action))
            form->target_kind = TARGET_SELF;
    } else if (draft->has_action || !draft->is_group) {
        /* Empty on the flat page, yet perhaps written by a program. */
        form->target_kind = TARGET_SELF;
        if (draft->has_action && !str_eq(action, STR("#")) && action.data &&
            action.data > reading->flat.data && action.data[-1] == ' ' &&
            !is_own_address(reading, action))
            form->target_kind = TARGET_UNKNOWN;
    }
    if (draft->is_group || draft->is_listening || form->target_kind == TARGET_SELF ||
        form->target_kind == TARGET_UNKNOWN)
        set_scripted_target(form, draft, reading->source);
    form->is_scripted |= draft->is_group;
}

static void
close_draft(struct reading *reading, size_t end)
{
    struct draft *draft = reading->draft;
    struct form form = {.begin = draft->begin, .end = end, .fields = draft->visible};

    if (!draft->is_open)
        return;
    reading->forms_seen++;
    draft->is_open = false;
    /* Fields by themselves are a form only if something sends them. */
    if (draft->is_group && (!draft->buttons || draft->visible < 1))
        return;
    form.kind = kind_of(draft);
    if (form.kind == FORM_OTHER || reading->forms->count == FORMS_MAX)
        return;
    if (draft->is_group && form.kind != FORM_CALLBACK && form.kind != FORM_ORDER &&
        form.kind != FORM_CONTACT)
        return;
    form.checks = draft->checks | form_checks_of(str_first(str_from(reading->source, form.begin),
                                                           end - form.begin));
    if (draft->has_picture && draft->has_code && !(form.checks & CHECK_ANY))
        form.checks |= CHECK_IMAGE;
    if (!(form.checks & CHECK_ANY) && reading->does_page_draw)
        form.checks |= CHECK_OTHER;
    set_targets(reading, draft, &form);
    reading->forms->list[reading->forms->count++] = form;
}

static bool
is_field(struct str name)
{
    static const char *const names[] = {"input", "textarea", "select", NULL};

    return is_any(name, names);
}

static void
on_open(struct reading *reading, const struct html_piece *piece)
{
    struct draft *draft = reading->draft;
    bool is_button = str_eq_nocase(piece->name, STR("button"));

    if (str_eq_nocase(piece->name, STR("form"))) {
        close_draft(reading, piece->offset);
        open_form(reading, piece);
        return;
    }
    if (draft->is_open && draft->is_group && piece->offset - draft->last > GROUP_GAP_MAX)
        close_draft(reading, draft->last);
    if (is_field(piece->name)) {
        reading->fields_seen++;
        if (!draft->is_open)
            draft_begin(draft, piece->offset, true);
        add_field(draft, piece);
    } else if (str_eq_nocase(piece->name, STR("img"))) {
        draft->has_picture = true;
    } else if (draft->is_open && is_button) {
        struct field field = field_of(piece->attributes);

        draft->last = piece->offset;
        add_button(draft, field.value);
        add_marks(draft, field.name);
        add_marks(draft, field.class);
        add_marks(draft, field.id);
    }
}

/* The text of a button or link counts as a button's; of a group, it is the last of it. */
static void
on_text(struct reading *reading, const struct html_piece *piece, bool is_in_button)
{
    struct draft *draft = reading->draft;

    if (!draft->is_open)
        return;
    add_text(draft, piece->text);
    if (is_in_button && str_trim(piece->text).len)
        draft->button_len = form_words_fold(str_first(piece->text, 100), draft->button,
                                            draft->button_len, FIELD_BYTES_MAX);
}

void
forms_read(struct str source, struct str flat, struct arena *arena, struct forms *ret_forms)
{
    struct html_reader reader;
    struct html_piece piece;
    struct reading reading = {.source = source, .flat = flat, .forms = ret_forms};
    bool is_in_button = false, is_in_select = false;

    ret_forms->count = 0;
    reading.draft = ARENA_NEW(arena, struct draft);
    if (!reading.draft)
        return;
    reading.does_page_draw = form_page_draws_check(str_first(source, SCRIPT_BYTES_MAX));
    html_reader_init(&reader, flat);
    while (reading.forms_seen < FORMS_SEEN_MAX && reading.fields_seen < FORM_FIELDS_SEEN_MAX &&
           (piece = html_next(&reader)).kind != HTML_END) {
        if (piece.kind == HTML_OPEN) {
            is_in_button = str_eq_nocase(piece.name, STR("button"));
            if (str_eq_nocase(piece.name, STR("select")) ||
                str_eq_nocase(piece.name, STR("option")))
                is_in_select = true;
            else if (is_field(piece.name) || is_in_button)
                is_in_select = false;
            on_open(&reading, &piece);
        } else if (piece.kind == HTML_CLOSE) {
            if (str_eq_nocase(piece.name, STR("button")))
                is_in_button = false;
            if (str_eq_nocase(piece.name, STR("select")))
                is_in_select = false;
            if (str_eq_nocase(piece.name, STR("form")))
                close_draft(&reading, piece.offset + piece.text.len);
        } else if (piece.kind == HTML_TEXT && !is_in_select) {
            on_text(&reading, &piece, is_in_button);
        }
    }
    close_draft(&reading, reading.draft->is_group ? reading.draft->last : source.len);
}
