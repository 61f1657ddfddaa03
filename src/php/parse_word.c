#include "php/parse_parts.h"

struct keyword {
    struct str name;
    uint32_t code;
};

static const struct keyword twos[] = {
    {STR("as"), WORD_AS}, {STR("do"), WORD_DO}, {STR("fn"), WORD_FN},
    {STR("if"), WORD_IF}, {STR("or"), WORD_OR},
};

static const struct keyword threes[] = {
    {STR("and"), WORD_AND}, {STR("die"), WORD_EXIT}, {STR("for"), WORD_FOR}, {STR("new"), WORD_NEW},
    {STR("try"), WORD_TRY}, {STR("use"), WORD_USE},  {STR("var"), WORD_VAR}, {STR("xor"), WORD_XOR},
};

static const struct keyword fours[] = {
    {STR("case"), WORD_CASE}, {STR("echo"), WORD_ECHO}, {STR("else"), WORD_ELSE},
    {STR("enum"), WORD_ENUM}, {STR("eval"), WORD_EVAL}, {STR("exit"), WORD_EXIT},
    {STR("from"), WORD_FROM}, {STR("goto"), WORD_GOTO}, {STR("list"), WORD_LIST},
};

static const struct keyword fives[] = {
    {STR("array"), WORD_ARRAY}, {STR("break"), WORD_BREAK}, {STR("catch"), WORD_CATCH},
    {STR("class"), WORD_CLASS}, {STR("clone"), WORD_CLONE}, {STR("const"), WORD_CONST},
    {STR("empty"), WORD_EMPTY}, {STR("endif"), WORD_ENDIF}, {STR("final"), WORD_FINAL},
    {STR("isset"), WORD_ISSET}, {STR("match"), WORD_MATCH}, {STR("print"), WORD_PRINT},
    {STR("throw"), WORD_THROW}, {STR("trait"), WORD_TRAIT}, {STR("unset"), WORD_UNSET},
    {STR("while"), WORD_WHILE}, {STR("yield"), WORD_YIELD},
};

static const struct keyword sixes[] = {
    {STR("elseif"), WORD_ELSEIF}, {STR("endfor"), WORD_ENDFOR}, {STR("global"), WORD_GLOBAL},
    {STR("public"), WORD_PUBLIC}, {STR("return"), WORD_RETURN}, {STR("static"), WORD_STATIC},
    {STR("switch"), WORD_SWITCH},
};

static const struct keyword sevens[] = {
    {STR("declare"), WORD_DECLARE}, {STR("default"), WORD_DEFAULT}, {STR("extends"), WORD_EXTENDS},
    {STR("finally"), WORD_FINALLY}, {STR("foreach"), WORD_FOREACH}, {STR("include"), WORD_INCLUDE},
    {STR("private"), WORD_PRIVATE}, {STR("require"), WORD_REQUIRE},
};

static const struct keyword eights[] = {
    {STR("abstract"), WORD_ABSTRACT}, {STR("continue"), WORD_CONTINUE},
    {STR("endwhile"), WORD_ENDWHILE}, {STR("function"), WORD_FUNCTION},
    {STR("readonly"), WORD_READONLY},
};

static const struct keyword nines[] = {
    {STR("endswitch"), WORD_ENDSWITCH}, {STR("insteadof"), WORD_INSTEADOF},
    {STR("interface"), WORD_INTERFACE}, {STR("namespace"), WORD_NAMESPACE},
    {STR("protected"), WORD_PROTECTED},
};

static const struct keyword tens[] = {
    {STR("enddeclare"), WORD_ENDDECLARE},
    {STR("endforeach"), WORD_ENDFOREACH},
    {STR("implements"), WORD_IMPLEMENTS},
    {STR("instanceof"), WORD_INSTANCEOF},
};

static const struct keyword longer[] = {
    {STR("include_once"), WORD_INCLUDE},
    {STR("require_once"), WORD_REQUIRE},
};

#define LIST(list)                                                                                 \
    {                                                                                              \
        list, sizeof(list) / sizeof((list)[0])                                                     \
    }
static const struct {
    const struct keyword *list;
    size_t count;
} by_len[] = {
    {NULL, 0},    {NULL, 0},    LIST(twos),  LIST(threes), LIST(fours), LIST(fives),  LIST(sixes),
    LIST(sevens), LIST(eights), LIST(nines), LIST(tens),   {NULL, 0},   LIST(longer),
};
#undef LIST

uint32_t
word_code(struct str name)
{
    char first;

    if (name.len >= sizeof(by_len) / sizeof(by_len[0]))
        return WORD_NAME;
    first = (char)(*name.data | 0x20);
    for (size_t i = 0; i < by_len[name.len].count; i++) {
        const struct keyword *keyword = &by_len[name.len].list[i];

        if (*keyword->name.data == first && str_eq_nocase(keyword->name, name))
            return keyword->code;
    }
    return WORD_NAME;
}

static uint32_t
sign_code(struct str text)
{
    uint32_t code = 0;

    for (size_t i = 0; i < text.len; i++)
        code |= (uint32_t)(unsigned char)text.data[i] << (8 * i);
    return code;
}

/* The code of a token; 0 for what the parser does not see. */
static uint32_t
token_code(struct token token)
{
    switch (token.kind) {
    case TOKEN_BLANK:
    case TOKEN_COMMENT:
    case TOKEN_OPEN_TAG:
    case TOKEN_BAD:
        return 0;
    case TOKEN_PUNCTUATION:
        return sign_code(token.text);
    case TOKEN_NAME:
        return word_code(token.text);
    case TOKEN_VARIABLE:
        return WORD_VARIABLE;
    case TOKEN_STRING:
        return WORD_STRING;
    case TOKEN_INTEGER:
        return WORD_INTEGER;
    case TOKEN_FLOAT:
        return WORD_FLOAT;
    case TOKEN_HTML:
        return WORD_HTML;
    case TOKEN_OPEN_ECHO:
        return WORD_ECHO;
    case TOKEN_CLOSE_TAG:
        return WORD_CLOSE_TAG;
    case TOKEN_TEMPLATE_BEGIN:
        return WORD_TEMPLATE_BEGIN;
    case TOKEN_TEMPLATE_PART:
        return WORD_TEMPLATE_PART;
    case TOKEN_TEMPLATE_END:
        return WORD_TEMPLATE_END;
    case TOKEN_CAST:
        return WORD_CAST;
    case TOKEN_END:
        break;
    }
    return WORD_END;
}

static void
load(struct parser *parser, struct word *word)
{
    struct token token;

    do {
        token = token_next(&parser->reader);
        word->code = token_code(token);
    } while (!word->code);
    word->line = token.line + parser->first_line;
    word->text = token.text;
}

void
advance(struct parser *parser)
{
    if (!parser->ahead_count) {
        load(parser, &parser->word);
        return;
    }
    parser->word = parser->ahead[0];
    parser->ahead[0] = parser->ahead[1];
    parser->ahead_count--;
}

const struct word *
peek(struct parser *parser, uint32_t count)
{
    while (parser->ahead_count < count)
        load(parser, &parser->ahead[parser->ahead_count++]);
    return &parser->ahead[count - 1];
}

bool
accept(struct parser *parser, uint32_t code)
{
    if (parser->word.code != code)
        return false;
    advance(parser);
    return true;
}

struct str
take_name(struct parser *parser)
{
    struct str name = STR_EMPTY;

    if (is_name(&parser->word)) {
        name = parser->word.text;
        advance(parser);
    }
    return name;
}
