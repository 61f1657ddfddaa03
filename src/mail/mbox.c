#include "mail/mbox.h"

#include "base/civil.h"
#include "mail/header.h"

/* Enough for the longest header block that a filter puts on top. */
#define LOOK_FIELDS_MAX 200

/* "10:00" or "10:00:00" somewhere behind a month: what separates the line from prose. */
bool
mbox_is_from_line(struct str line)
{
    bool has_month = false;

    line = str_first(line, 512);
    if (!str_skip(&line, STR("From ")))
        return false;
    while (line.len) {
        struct str word = str_cut(&line, ' ');

        if (word.len == 3 && civil_month(word.data))
            has_month = true;
        else if (has_month && word.len >= 5 && str_is_digit(word.data[0]) &&
                 str_is_digit(word.data[1]) && word.data[2] == ':' && str_is_digit(word.data[3]) &&
                 str_is_digit(word.data[4]))
            return true;
    }
    return false;
}

struct known {
    struct str name;
    bool is_proof; /* no other kind of text begins with it */
};

static const struct known knowns[] = {
    {{"Received", 8}, true},       {{"Return-Path", 11}, true},   {{"Delivered-To", 12}, true},
    {{"From", 4}, true},           {{"Message-ID", 10}, true},    {{"To", 2}, false},
    {{"Subject", 7}, false},       {{"Date", 4}, false},          {{"Cc", 2}, false},
    {{"Reply-To", 8}, false},      {{"Sender", 6}, false},        {{"MIME-Version", 12}, false},
    {{"Content-Type", 12}, false}, {{"X-Original-To", 13}, true},
};

static bool
is_plain_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i], lower = (char)(c | 0x20);

        if (!(lower >= 'a' && lower <= 'z') &&
            !(i > 0 && (str_is_digit(c) || c == '-' || c == '_')))
            return false;
    }
    return name.len > 0;
}

bool
mail_is_message(struct str text)
{
    struct header_reader reader;
    struct header_field field;
    uint32_t seen = 0, proofs = 0, distinct = 0;

    header_init(&reader, text);
    while (reader.field_count < LOOK_FIELDS_MAX && header_next(&reader, &field)) {
        if (reader.field_count == 1 && !is_plain_name(field.name))
            return false;
        for (size_t i = 0; i < sizeof(knowns) / sizeof(knowns[0]); i++) {
            if ((seen & 1U << i) || !str_eq_nocase(field.name, knowns[i].name))
                continue;
            seen |= 1U << i;
            distinct++;
            proofs += knowns[i].is_proof && field.value.len > 0;
        }
        if (proofs > 0 && distinct > 1)
            return true;
    }
    return false;
}

bool
mail_is_mbox(struct str text)
{
    struct str rest = text, line;

    (void)str_skip(&rest, STR("\xef\xbb\xbf"));
    return header_line(&rest, &line) && mbox_is_from_line(line) && mail_is_message(text);
}

bool
mail_mbox_next(struct str *mbox, struct str *ret_message)
{
    struct str rest = *mbox, line;
    bool is_after_blank = false;

    if (rest.len == 0)
        return false;
    (void)header_line(&rest, &line); /* its own "From " line, or whatever stands first */
    while (rest.len) {
        struct str next = rest;

        (void)header_line(&next, &line);
        if (is_after_blank && mbox_is_from_line(line))
            break;
        is_after_blank = line.len == 0;
        rest = next;
    }
    *ret_message = str_first(*mbox, (size_t)(rest.data - mbox->data));
    *mbox = rest;
    return true;
}
