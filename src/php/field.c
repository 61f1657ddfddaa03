#include "php/field.h"

static bool
holds(struct str name, const char *part)
{
    return str_find_nocase(name, str_from_cstr(part)) < name.len;
}

uint32_t
field_taint(struct str name)
{
    /* In this order: "email_message" is a text, "friend_email" an address. */
    static const struct {
        const char *part;
        uint32_t taint;
    } parts[] = {
        {"message", TAINT_TEXT},   {"comment", TAINT_TEXT},      {"body", TAINT_TEXT},
        {"content", TAINT_TEXT},   {"descri", TAINT_TEXT},       {"question", TAINT_TEXT},
        {"enquir", TAINT_TEXT},    {"inquir", TAINT_TEXT},       {"feedback", TAINT_TEXT},
        {"subject", TAINT_TEXT},   {"text", TAINT_TEXT},         {"msg", TAINT_TEXT},
        {"note", TAINT_TEXT},      {"nachricht", TAINT_TEXT},    {"mensaje", TAINT_TEXT},
        {"mensagem", TAINT_TEXT},  {"messag", TAINT_TEXT},       {"soobsh", TAINT_TEXT},
        {"betreff", TAINT_TEXT},   {"asunto", TAINT_TEXT},       {"assunto", TAINT_TEXT},
        {"detail", TAINT_TEXT},    {"email", TAINT_ADDRESS},     {"e-mail", TAINT_ADDRESS},
        {"mail", TAINT_ADDRESS},   {"recipient", TAINT_ADDRESS}, {"correo", TAINT_ADDRESS},
        {"friend", TAINT_ADDRESS}, {"name", TAINT_NAME},         {"user", TAINT_NAME},
        {"login", TAINT_NAME},     {"company", TAINT_NAME},      {"firma", TAINT_NAME},
        {"nombre", TAINT_NAME},    {"vorname", TAINT_NAME},      {"surname", TAINT_NAME},
        {"first", TAINT_NAME},     {"last", TAINT_NAME},         {"nick", TAINT_NAME},
        {"imie", TAINT_NAME},      {"prenom", TAINT_NAME},       {"phone", TAINT_NAME},
        {"title", TAINT_TEXT},     {"link", TAINT_TEXT},         {"url", TAINT_TEXT},
    };

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (holds(name, parts[i].part))
            return parts[i].taint;
    }
    if (str_eq_nocase(name, STR("to")))
        return TAINT_ADDRESS;
    return str_eq_nocase(name, STR("nom")) ? TAINT_NAME : 0;
}

struct str
field_name(struct str origin)
{
    size_t end = origin.len, begin;

    if (!end || origin.data[end - 1] != ']')
        return origin;
    for (begin = end - 1; begin > 0 && origin.data[begin - 1] != '[';)
        begin--;
    return str_from(str_first(origin, end - 1), begin);
}
