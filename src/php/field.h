#ifndef PHP_FIELD_H
#define PHP_FIELD_H

/*
 * field - what a form's field holds, by what it is called.
 *
 *     email, friend_email, mail_to     TAINT_ADDRESS
 *     name, firstname, user_login      TAINT_NAME
 *     message, comments, subject       TAINT_TEXT
 *
 * Pure.
 */

#include "php/value.h"

/* 0 for names that say nothing. */
uint32_t field_taint(struct str name);

/* "email" of "_POST[email]" and of "data[contact][email]"; the whole without brackets. */
struct str field_name(struct str origin);

#endif
