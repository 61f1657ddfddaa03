#ifndef SCAN_MAILING_WORDS_H
#define SCAN_MAILING_WORDS_H

/*
 * mailing_words - what a mail's names say, and what is said of it to an administrator.
 *
 * Pure; texts are written into the arena that is given.
 */

#include "scan/mailing.h"

/* "$_POST['email']" of the field it comes from; "a field of the request" where it is not known. */
const char *mailing_words_field(const struct mailing_part *part, struct arena *arena);

/* " Checked before: …. Not checked: …." */
struct str mailing_words_checks(const struct mailing_mail *mail, struct arena *arena);

/* " It is sent in lib/mail.php:12, by mail()." where that is another file than `path`. */
struct str mailing_words_place(const struct mailing_mail *mail, struct str path,
                               struct arena *arena);

/* Does the function take headers as they will go out, line breaks and all? */
bool mailing_words_is_raw(struct str function);

/* What to do, in the words of the library that sends. */
struct str mailing_words_header_advice(struct str function);
struct str mailing_words_recipient_advice(struct str function);

/* "tell-a-friend.php", mailRecommend(), $_POST['friend_email'], "Your friend recommends …". */
bool mailing_words_is_recommendation(const struct subject *subject,
                                     const struct mailing_mail *mail);

/* "register.php", sendActivation(), "Your order …". */
bool mailing_words_is_confirmation(const struct subject *subject, const struct mailing_mail *mail);

/* Does the path's end, the function, the recipient's field or the subject hold one of the words?
 * Blanks, "-", "_" and "." in them do not count. */
bool mailing_words_any(const struct subject *subject, const struct mailing_mail *mail,
                       const char *const *words, size_t count);

#endif
