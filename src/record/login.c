#include "record/login.h"

#include "record/field.h"

#define ATTEMPTS_MAX 1000 /* that one line may stand for */

void
login_set(struct event *event, struct str service, struct str user, struct str client,
          bool is_success)
{
    event->login = (struct event_login){
        .service = service,
        .user = user,
        .client = field_address(client),
        .is_success = is_success,
        .attempts = 1,
    };
    event->kind = EVENT_LOGIN;
}

void
login_set_upload(struct event *event, struct str service, struct str user, struct str client,
                 struct str path)
{
    event->upload = (struct event_upload){
        .service = service, .user = user, .client = field_address(client), .path = path};
    event->kind = path.len ? EVENT_UPLOAD : EVENT_NONE;
}

/*
 * Behind "pam_unix(vsftpd:auth): " or nothing; "PAM 2 more " with the tries that PAM
 * kept for the end. False where other words stand in front, which a stranger chose.
 */
static bool
skip_pam_words(struct str *rest, uint32_t *ret_attempts)
{
    static const struct str word = {"authentication failure", 22};
    struct str s = *rest;
    int64_t more = 1;

    if (str_skip(&s, STR("PAM "))) {
        more = field_cut_number(&s);
        if (more < 1 || !str_skip(&s, STR(" more ")))
            return false;
    } else if (str_starts(s, STR("pam_")) || str_starts(s, STR("(pam_"))) {
        size_t at = str_find(str_first(s, 96), word);

        if (at > s.len || str_index(str_first(s, at), '=') < at)
            return false;
        s = str_from(s, at);
    }
    if (!str_skip(&s, word))
        return false;
    (void)str_skip(&s, STR("s"));
    if (!str_skip(&s, STR("; logname=")))
        return false;
    *ret_attempts = more > ATTEMPTS_MAX ? ATTEMPTS_MAX : (uint32_t)more;
    *rest = s;
    return true;
}

/*
 * The name behind ruser= is typed by a stranger, so that the last " rhost=" counts;
 * behind user= stands one that exists.
 */
bool
login_pam_read(struct str message, struct event *event)
{
    static const struct str rhost = {" rhost=", 7}, ruser = {" ruser=", 7};
    struct str rest = message, client, user;
    uint32_t attempts;
    size_t at;

    if (!skip_pam_words(&rest, &attempts))
        return false;
    at = field_find_last(rest, rhost);
    if (at >= rest.len)
        return false;
    client = str_from(rest, at + rhost.len);
    user = str_first(rest, at);
    rest = str_from(client, str_index(client, ' '));
    client = str_first(client, client.len - rest.len);
    user = str_from(user, str_find(user, ruser) + ruser.len);
    rest = str_trim(rest);
    if (str_skip(&rest, STR("user=")))
        user = rest;
    login_set(event, STR("auth"), user, client, false);
    event->login.attempts = attempts;
    return true;
}
