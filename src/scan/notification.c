#include "scan/notification.h"

#include "scan/mailing_words.h"

static const char *const attack_words[] = {
    "loginfail",    "failedlogin", "faillogin",   "failedattempt", "bruteforce", "lockout",
    "lockedout",    "intrusion",   "hackattempt", "404error",      "error404",   "attackalert",
    "notifyattack", "blockedip",   "ipblocked",   "ipbanned",      "banip",
};

/* What calls a function of WordPress or runs it, at every attack. */
static bool
is_attack_hook(struct str hook)
{
    return str_eq(hook, STR("wp_login_failed")) || str_eq(hook, STR("xmlrpc_login_error"));
}

static bool
is_registration_hook(struct str hook)
{
    static const char *const hooks[] = {"user_register",
                                        "register_post",
                                        "register_new_user",
                                        "wpmu_new_user",
                                        "wpmu_activate_user",
                                        "woocommerce_created_customer",
                                        "bp_core_signup_user",
                                        "um_registration_complete",
                                        "user_registration_after_register_user_action"};

    for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++) {
        if (str_eq(hook, str_from_cstr(hooks[i])))
            return true;
    }
    return false;
}

static bool
is_wordpress_core(const struct subject *subject)
{
    return str_find(subject->path, STR("/wp-includes/")) < subject->path.len ||
           str_find(subject->path, STR("/wp-admin/")) < subject->path.len;
}

/* Where plugins keep how many mails they send. */
static struct str
attack_advice(const struct subject *subject)
{
    static const struct {
        const char *folder, *advice;
    } plugins[] = {
        {"/wordfence/",
         "Wordfence, All Options, Email Alert Preferences: set \"Maximum email "
         "alerts to send per hour\", and untick the alerts for blocked addresses and "
         "lockouts."},
        {"/better-wp-security/", "Solid Security, Notification Center: turn the lockout "
                                 "notification off, or to a digest."},
        {"/ithemes-security-pro/", "Solid Security, Notification Center: turn the lockout "
                                   "notification off, or to a digest."},
        {"/limit-login-attempts", "Limit Login Attempts, Settings: untick \"Email to\" under "
                                  "\"Notify on lockout\", or raise the number of lockouts."},
        {"/all-in-one-wp-security", "All In One WP Security, login lockout settings: untick "
                                    "\"Notify by email\"."},
        {"/sucuri-scanner/", "Sucuri Security, Settings, Alerts: set the maximum of alerts per "
                             "hour, and untick alerts for failed logins."},
    };

    for (size_t i = 0; i < sizeof(plugins) / sizeof(plugins[0]); i++) {
        if (str_find_nocase(subject->path, str_from_cstr(plugins[i].folder)) < subject->path.len)
            return str_from_cstr(plugins[i].advice);
    }
    return STR(
        "Count attacks and mail the count once a day, or send at most a few mails an hour: in "
        "WordPress: if (get_transient('told')) return; set_transient('told', 1, "
        "HOUR_IN_SECONDS);");
}

static void
tell(const struct mailing *mailing, const struct mailing_mail *mail, const char *rule,
     const char *why, struct str advice, struct findings *findings)
{
    const struct subject *subject = mailing->subject;

    for (uint32_t i = 0; i < findings->count; i++) {
        if (findings->list[i].line == mail->line && strcmp(findings->list[i].rule, rule) == 0)
            return;
    }
    findings_add(findings,
                 (struct finding){
                     .kind = FINDING_NOTIFICATION,
                     .rule = rule,
                     .confidence = 0.6,
                     .path = subject->path,
                     .line = mail->line,
                     .text = finding_quote(subject->source,
                                           finding_line_offset(subject->source, mail->line)),
                     .why = str_from_cstr(why),
                     .advice = advice,
                 });
}

static bool
is_for_attack(const struct mailing *mailing, const struct mailing_mail *mail)
{
    return (mail->guards & MARK_ATTACK) || is_attack_hook(mail->hook) ||
           mailing_words_any(mailing->subject, mail, attack_words,
                             sizeof(attack_words) / sizeof(attack_words[0]));
}

static bool
is_for_registration(const struct mailing_mail *mail)
{
    return (mail->guards & MARK_REGISTERED) || is_registration_hook(mail->hook) ||
           str_eq(mail->function, STR("wp_new_user_notification")) ||
           str_eq(mail->function, STR("wp_send_new_user_notifications"));
}

static void
judge_mail(const struct mailing *mailing, const struct mailing_mail *mail,
           struct findings *findings)
{
    const uint32_t known = GUARD_LOGIN | GUARD_ADMIN | GUARD_CONSOLE | GUARD_LIMIT;

    /* A draft that is not sent, a mail to the visitor, one that not everybody can cause. */
    if ((mail->guards & known) || mailing_is_free(&mail->recipient))
        return;
    if (is_for_attack(mailing, mail))
        tell(mailing, mail, "mail-per-attack",
             "Each attack that is noticed sends a mail, as many as the attacker likes: they fill "
             "the "
             "queue and cost the address its reputation.",
             attack_advice(mailing->subject), findings);
    else if (is_for_registration(mail))
        tell(mailing, mail, "mail-per-registration",
             "Each registration mails the administrator: bots that open accounts by the thousand "
             "send a mail each.",
             STR("Ask for a bot check at registration, or collect registrations in one mail a day. "
                 "WordPress 6.1 and later: add_filter('wp_send_new_user_notification_to_admin', "
                 "'__return_false'); where nobody needs to register, untick Settings, General, "
                 "\"Anyone can register\"."),
             findings);
}

void
notification_judge(const struct mailing *mailing, struct findings *findings)
{
    if (is_wordpress_core(mailing->subject) || (mailing->subject->places & PLACE_TESTS))
        return;
    for (uint32_t i = 0; i < mailing->count; i++)
        judge_mail(mailing, &mailing->mails[i], findings);
}
