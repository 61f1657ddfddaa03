#include "php/flow_call_parts.h"

static bool
names_bot_check(struct value value)
{
    static const char *const marks[] = {"siteverify", "recaptcha",       "hcaptcha",
                                        "turnstile",  "friendlycaptcha", "altcha"};

    struct str text = str_first(value.text, 512);
    uint32_t letters = str_letters(text);

    for (size_t i = 0; text.len && i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (str_letters_allow(letters, marks[i]) &&
            str_find_nocase(text, str_from_cstr(marks[i])) < text.len)
            return true;
    }
    return false;
}

bool
flow_asks_bot_check(struct value value)
{
    return str_starts_nocase(value.text, STR("http")) && names_bot_check(value);
}

/* The answer of a server that was asked whether this is a person. */
uint32_t
flow_verify_taint(const struct arguments *arguments)
{
    for (uint32_t i = 0; i < arguments->count; i++) {
        const struct value *value = &arguments->list[i];

        if ((value->taint & TAINT_VERIFY) || names_bot_check(*value))
            return TAINT_VERIFY;
    }
    return 0;
}

/* A fetch of what is no URL is the reading of a file. */
uint32_t
flow_fetched_taint(struct str name, const struct arguments *arguments)
{
    struct str url = arguments->count ? arguments->list[0].text : STR_EMPTY;

    if (str_eq(name, STR("getenv")))
        return str_starts_nocase(url, STR("HTTP_"))          ? TAINT_HEADER
               : str_starts_nocase(url, STR("QUERY_STRING")) ? TAINT_REQUEST
                                                             : 0;

    if (!str_eq(name, STR("file_get_contents")) && !str_eq(name, STR("file")) &&
        !str_eq(name, STR("fopen")) && !str_eq(name, STR("readfile")))
        return 0;
    if (str_starts_nocase(url, STR("php://input")))
        return TAINT_REQUEST;
    if (str_starts_nocase(url, STR("http")) || str_starts_nocase(url, STR("ftp:")) ||
        (arguments->count && flow_is_visitor(arguments->list[0])))
        return TAINT_NETWORK;
    return 0;
}

/* assert($x->isOpen()), assert(Foo::all($x)): a truth, and no code since PHP 8. */
bool
flow_asserts_truth(struct str name, const struct arguments *arguments)
{
    const struct node *node = arguments->count ? arguments->nodes[0] : NULL;

    return node && str_eq(name, STR("assert")) &&
           (node->kind == NODE_METHOD_CALL || node->kind == NODE_STATIC_CALL ||
            node->kind == NODE_ISSET || (node->kind == NODE_UNARY && node->op == '!') ||
            (node->kind == NODE_BINARY && node->op != '.'));
}

/* What checks with arguments of their own say: preg_match, filter_var, strpos, in_array. */
void
flow_check_facts(struct flow *flow, struct str name, const struct arguments *arguments,
                 struct facts *when_true, struct facts *when_false)
{
    struct str subject;

    if (arguments->count < 2)
        return;
    if (str_starts(name, STR("preg_match")) || str_starts(name, STR("ereg"))) {
        if (arguments->list[0].kind == VALUE_STRING)
            flow_pattern_facts(arguments->list[0].text, flow_path(flow, arguments->nodes[1]),
                               when_true, when_false);
        return;
    }
    subject = flow_path(flow, arguments->nodes[0]);
    if (!subject.len)
        return;
    if (str_eq(name, STR("filter_var")) && str_has(arguments->list[1].text, STR("EMAIL")) &&
        str_has(arguments->list[1].text, STR("VALIDATE")))
        facts_add(when_true, subject, CLEAN_ADDRESS | CLEAN_CRLF);
    else if (str_eq(name, STR("filter_var")) &&
             str_has(arguments->list[1].text, STR("VALIDATE_INT")))
        facts_add(when_true, subject, CLEAN_NUMBER | CLEAN_CRLF);
    else if ((str_has(name, STR("strpos")) || str_has(name, STR("stristr")) ||
              str_has(name, STR("strstr")) || str_eq(name, STR("str_contains"))) &&
             arguments->list[1].kind == VALUE_STRING &&
             (str_has(arguments->list[1].text, STR("\n")) ||
              str_has(arguments->list[1].text, STR("\r")) ||
              str_find_nocase(arguments->list[1].text, STR("cc:")) < arguments->list[1].text.len ||
              str_find_nocase(arguments->list[1].text, STR("content-type")) <
                  arguments->list[1].text.len))
        facts_add(when_false, subject, CLEAN_CRLF);
}

/* Results of PHP's functions that clean depending on their arguments. */
uint32_t
flow_cleaned_by(struct str name, const struct arguments *arguments)
{
    const struct value *list = arguments->list;
    uint32_t count = arguments->count;

    if (str_eq(name, STR("filter_var")) && count > 1 && str_has(list[1].text, STR("EMAIL")))
        return CLEAN_CRLF | (str_has(list[1].text, STR("VALIDATE")) ? CLEAN_ADDRESS : 0);
    if (str_eq(name, STR("filter_var")) && count > 1 && str_has(list[1].text, STR("INT")))
        return CLEAN_NUMBER | CLEAN_CRLF;
    if (str_eq(name, STR("filter_input")) && count > 2 && str_has(list[2].text, STR("EMAIL")))
        return CLEAN_CRLF | (str_has(list[2].text, STR("VALIDATE")) ? CLEAN_ADDRESS : 0);
    if ((str_eq(name, STR("str_replace")) || str_eq(name, STR("str_ireplace"))) && count > 2) {
        bool cr = false, lf = false;

        for (uint32_t i = 0; list[0].kind == VALUE_ARRAY && i < list[0].items->count; i++) {
            const struct value *item = list[0].items->list[i].value;

            cr |= item->kind == VALUE_STRING && str_has(item->text, STR("\r"));
            lf |= item->kind == VALUE_STRING && str_has(item->text, STR("\n"));
        }
        if (list[0].kind == VALUE_STRING) {
            lf = str_eq(list[0].text, STR("\n"));
            cr = lf && (list[2].clean & CLEAN_CRLF);
            if (str_eq(list[0].text, STR("\n")) || str_eq(list[0].text, STR("\r")))
                return CLEAN_CRLF; /* either alone begins no header for most servers */
        }
        return cr || lf ? CLEAN_CRLF : 0;
    }
    /* One line of several. */
    if (str_eq(name, STR("explode")) && count > 1 && list[0].kind == VALUE_STRING &&
        (str_eq(list[0].text, STR("\n")) || str_eq(list[0].text, STR("\r\n"))))
        return CLEAN_CRLF;
    if ((str_starts(name, STR("preg_replace")) || str_starts(name, STR("ereg"))) && count > 2 &&
        list[0].kind == VALUE_STRING) {
        struct facts when_true = {0}, when_false = {0};

        flow_pattern_facts(list[0].text, STR("x"), &when_true, &when_false);
        if (when_false.count)
            return CLEAN_CRLF;
        /* All but a class is taken out: [^a-z0-9@.] */
        if (str_find(list[0].text, STR("[^")) < list[0].text.len &&
            !str_has(list[0].text, STR("\\s")) && !str_has(list[0].text, STR("\\n")))
            return CLEAN_CRLF;
    }
    return 0;
}

/* add_action('wp_ajax_x', 'handler'): for whom is the handler? */
void
flow_note_hook(struct flow *flow, struct str name, const struct arguments *arguments)
{
    struct str hook, callback = STR_EMPTY;
    struct function *function;
    const struct value *second;

    if (arguments->count < 2 || arguments->list[0].kind != VALUE_STRING)
        return;
    if (!str_eq(name, STR("add_action")) && !str_eq(name, STR("add_filter")))
        return;
    hook = arguments->list[0].text;
    second = &arguments->list[1];
    if (second->kind == VALUE_STRING)
        callback = second->text;
    else if (arguments->nodes[1]->kind == NODE_ARRAY && node_count(arguments->nodes[1]) == 2)
        callback = node_child(node_child(arguments->nodes[1], 1), 1)->text;
    if (!callback.len)
        return;
    function = flow->frame->class.len
                   ? flow_method_find(flow, flow->frame->class, flow_lower(flow, callback))
                   : flow_function_find(flow, flow_lower(flow, callback));
    if (!function)
        return;
    if (!function->hook.len)
        function->hook = hook;
    if (flow_hook_is_private(hook))
        function->is_hook_private = true;
    else
        function->is_hook_public = true;
}

/* "INSERT INTO users …": an account was opened. */
uint32_t
flow_account_mark(struct str name, const struct arguments *arguments)
{
    static const char *const tables[] = {"user", "member", "account", "customer", "client"};
    uint32_t index = str_starts(name, STR("mysqli_")) || str_starts(name, STR("pg_")) ? 1 : 0;
    struct str text;

    if (index >= arguments->count || (str_find(name, STR("query")) == name.len &&
                                      !str_eq(name, STR("prepare")) && !str_eq(name, STR("exec"))))
        return 0;
    text = str_first(str_trim(arguments->list[index].text), 60);
    if (!str_starts_nocase(text, STR("insert into")))
        return 0;
    text = str_first(text, str_index(text, '('));
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        if (str_find_nocase(text, str_from_cstr(tables[i])) < text.len)
            return MARK_REGISTERED;
    }
    return 0;
}

/* What a function finds by the visitor's word is the site's own: findUser($_POST['email']). */
bool
flow_looks_up(struct str name)
{
    static const char *const words[] = {"find",        "fetch",   "select",  "lookup", "query",
                                        "getrow",      "get_row", "get_var", "getone", "getall",
                                        "get_results", "getdata", "load_by", "loadby", "getuser",
                                        "get_user",    "getby",   "get_by",  "_assoc"};

    uint32_t letters;

    name = str_first(name, 64);
    letters = str_letters(name);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_letters_allow(letters, words[i]) &&
            str_find_nocase(name, str_from_cstr(words[i])) < name.len)
            return true;
    }
    return false;
}

void
flow_guard_by_name(struct str name, struct facts *when_true, struct facts *when_false)
{
    bool is_negative = false;
    uint32_t guard = library_guard_by_name(name, &is_negative);

    *(is_negative ? &when_false->guards : &when_true->guards) |= guard;
}

/* recaptcha_check_answer(…), $securimage->check(…): what it gives says whether it is a person. */
uint32_t
flow_answer_taint(struct str class, struct str name)
{
    static const char *const words[] = {"check", "verif", "valid", "answer", "success", "test"};
    uint32_t letters;
    bool is_negative;

    name = str_first(name, 64);
    letters = str_letters(name);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!str_letters_allow(letters, words[i]) ||
            str_find_nocase(name, str_from_cstr(words[i])) == name.len)
            continue;
        return library_guard_by_name(name, &is_negative) == GUARD_CAPTCHA ||
                       library_guard_by_name(class, &is_negative) == GUARD_CAPTCHA
                   ? TAINT_VERIFY
                   : 0;
    }
    return 0;
}

/* $request->validate(array('answer' => 'required|captcha')): goes on only when it holds. */
uint32_t
flow_validation_guard(struct str name, const struct arguments *arguments)
{
    for (uint32_t i = 0; i < arguments->count && str_starts(name, STR("validate")); i++) {
        const struct value *rules = &arguments->list[i];

        for (uint32_t j = 0; rules->kind == VALUE_ARRAY && j < rules->items->count; j++) {
            struct str text = rules->items->list[j].value->text;

            if (text.len && str_find_nocase(text, STR("captcha")) < text.len)
                return GUARD_CAPTCHA;
        }
    }
    return 0;
}

uint32_t
flow_statement_guard(const struct node *call)
{
    static const char *const words[] = {"require", "check", "ensure", "must", "force", "protect"};
    struct str name = node_child(call, call->kind == NODE_CALL ? 0 : 1)->text;
    bool is_negative = false;
    uint32_t guard;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!str_starts_nocase(name, str_from_cstr(words[i])))
            continue;
        guard = library_guard_by_name(name, &is_negative);
        return is_negative ? 0 : guard & (GUARD_LOGIN | GUARD_ADMIN);
    }
    return 0;
}
