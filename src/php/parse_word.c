#include "php/parse_parts.h"

struct keyword {
    struct str name;
    uint32_t code;
};

#define KEYWORD(text, code)                                                                        \
    {                                                                                              \
        {text, sizeof(text) - 1}, code                                                             \
    }

static const struct keyword twos[] = {
    KEYWORD("as", WORD_AS), KEYWORD("do", WORD_DO), KEYWORD("fn", WORD_FN),
    KEYWORD("if", WORD_IF), KEYWORD("or", WORD_OR),
};

static const struct keyword threes[] = {
    KEYWORD("and", WORD_AND), KEYWORD("die", WORD_EXIT), KEYWORD("for", WORD_FOR),
    KEYWORD("new", WORD_NEW), KEYWORD("try", WORD_TRY),  KEYWORD("use", WORD_USE),
    KEYWORD("var", WORD_VAR), KEYWORD("xor", WORD_XOR),
};

static const struct keyword fours[] = {
    KEYWORD("case", WORD_CASE), KEYWORD("echo", WORD_ECHO), KEYWORD("else", WORD_ELSE),
    KEYWORD("enum", WORD_ENUM), KEYWORD("eval", WORD_EVAL), KEYWORD("exit", WORD_EXIT),
    KEYWORD("from", WORD_FROM), KEYWORD("goto", WORD_GOTO), KEYWORD("list", WORD_LIST),
};

static const struct keyword fives[] = {
    KEYWORD("array", WORD_ARRAY), KEYWORD("break", WORD_BREAK), KEYWORD("catch", WORD_CATCH),
    KEYWORD("class", WORD_CLASS), KEYWORD("clone", WORD_CLONE), KEYWORD("const", WORD_CONST),
    KEYWORD("empty", WORD_EMPTY), KEYWORD("endif", WORD_ENDIF), KEYWORD("final", WORD_FINAL),
    KEYWORD("isset", WORD_ISSET), KEYWORD("match", WORD_MATCH), KEYWORD("print", WORD_PRINT),
    KEYWORD("throw", WORD_THROW), KEYWORD("trait", WORD_TRAIT), KEYWORD("unset", WORD_UNSET),
    KEYWORD("while", WORD_WHILE), KEYWORD("yield", WORD_YIELD),
};

static const struct keyword sixes[] = {
    KEYWORD("elseif", WORD_ELSEIF), KEYWORD("endfor", WORD_ENDFOR), KEYWORD("global", WORD_GLOBAL),
    KEYWORD("public", WORD_PUBLIC), KEYWORD("return", WORD_RETURN), KEYWORD("static", WORD_STATIC),
    KEYWORD("switch", WORD_SWITCH),
};

static const struct keyword sevens[] = {
    KEYWORD("declare", WORD_DECLARE), KEYWORD("default", WORD_DEFAULT),
    KEYWORD("extends", WORD_EXTENDS), KEYWORD("finally", WORD_FINALLY),
    KEYWORD("foreach", WORD_FOREACH), KEYWORD("include", WORD_INCLUDE),
    KEYWORD("private", WORD_PRIVATE), KEYWORD("require", WORD_REQUIRE),
};

static const struct keyword eights[] = {
    KEYWORD("abstract", WORD_ABSTRACT), KEYWORD("continue", WORD_CONTINUE),
    KEYWORD("endwhile", WORD_ENDWHILE), KEYWORD("function", WORD_FUNCTION),
    KEYWORD("readonly", WORD_READONLY),
};

static const struct keyword nines[] = {
    KEYWORD("endswitch", WORD_ENDSWITCH), KEYWORD("insteadof", WORD_INSTEADOF),
    KEYWORD("interface", WORD_INTERFACE), KEYWORD("namespace", WORD_NAMESPACE),
    KEYWORD("protected", WORD_PROTECTED),
};

static const struct keyword tens[] = {
    KEYWORD("enddeclare", WORD_ENDDECLARE),
    KEYWORD("endforeach", WORD_ENDFOREACH),
    KEYWORD("implements", WORD_IMPLEMENTS),
    KEYWORD("instanceof", WORD_INSTANCEOF),
};

static const struct keyword longer[] = {
    KEYWORD("include_once", WORD_INCLUDE),
    KEYWORD("require_once", WORD_REQUIRE),
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
