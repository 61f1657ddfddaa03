#ifndef SCAN_SCRIPT_H
#define SCAN_SCRIPT_H

/*
 * script - programs in Perl, Python, shell, Ruby and for node: bots, tunnels, mailers.
 *
 *     patterns  →  facts           →  rules: which facts together  →  signs
 *     "PRIVMSG"    SCRIPT_IRC_SAY     "irc-bot"
 *
 * Nothing is accused for one word: a rule asks for several facts, and what mail
 * clients, monitors and frameworks share with bots is a remark at most. Pure.
 */

#include "scan/signs.h"
#include "scan/words.h"

/* Of a longer script, so much from its start. */
#define SCRIPT_BYTES_MAX ((size_t)2 << 20)

struct script_text {
    struct str text;
    uint32_t line; /* of the file where the text begins, from 1 */
    enum words_language language;
    bool is_started_alone; /* by cron, at boot or at login: nobody sits before it */
};

/* Adds what speaks against the text. False: part of it was too much. */
bool script_signs(const struct script_text *script, struct arena *arena, struct signs *signs);

/* By "#!", by its ending, or in a temporary folder by what is in it. */
bool script_wants(const struct subject *subject);

bool script_look(const struct subject *subject, struct arena *arena, struct findings *findings);

#endif
