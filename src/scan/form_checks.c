#include "scan/form.h"

/* More of a form than this is not searched for bot checks. */
#define SPAN_BYTES_MAX ((size_t)64 << 10)

static const struct {
    const char *word;
    uint32_t check;
} check_words[] = {
    {"recaptcha", CHECK_RECAPTCHA},
    {"hcaptcha", CHECK_HCAPTCHA},
    {"h-captcha", CHECK_HCAPTCHA},
    {"turnstile", CHECK_TURNSTILE},
    {"altcha", CHECK_ALTCHA},
    {"frc-captcha", CHECK_FRIENDLY},
    {"friendlycaptcha", CHECK_FRIENDLY},
    {"friendly-captcha", CHECK_FRIENDLY},
    {"smart-captcha", CHECK_SMARTCAPTCHA},
    {"smartcaptcha", CHECK_SMARTCAPTCHA},
    {"captcha", CHECK_IMAGE},
    {"securimage", CHECK_IMAGE},
    {"security_code", CHECK_IMAGE},
    {"securitycode", CHECK_IMAGE},
    {"security code", CHECK_IMAGE},
    {"verif_code", CHECK_IMAGE},
    {"verify_code", CHECK_IMAGE},
    {"verifycode", CHECK_IMAGE},
    {"verification code", CHECK_IMAGE},
    {"verificationcode", CHECK_IMAGE},
    {"vercode", CHECK_IMAGE},
    {"checkcode", CHECK_IMAGE},
    {"seccode", CHECK_IMAGE},
    {"authcode", CHECK_IMAGE},
    {"vcode", CHECK_IMAGE},
    {"keystring", CHECK_IMAGE},
    {"anti_spam", CHECK_IMAGE},
    {"antispam", CHECK_IMAGE},
    {"anti-spam", CHECK_IMAGE},
    {"spamschutz", CHECK_IMAGE},
    {"s_confirm", CHECK_IMAGE},
    {"код с картинки", CHECK_IMAGE},
    {"验证码", CHECK_IMAGE},
    {"math_answer", CHECK_IMAGE},
    {"quiz", CHECK_IMAGE},
    {"honeypot", CHECK_HONEYPOT},
    {"honey_pot", CHECK_HONEYPOT},
    {"leave this field", CHECK_HONEYPOT},
    {"leave this blank", CHECK_HONEYPOT},
    {"leave blank", CHECK_HONEYPOT},
    {"hideit", CHECK_HONEYPOT},
    {"cleantalk", CHECK_OTHER},
    {"akismet", CHECK_OTHER},
    {"botdetect", CHECK_OTHER},
    {"keycaptcha", CHECK_OTHER},
    {"do_action", CHECK_HOOK},
    {"apply_filters", CHECK_HOOK},
    {"renderfield", CHECK_HOOK},
    {"getfieldset", CHECK_HOOK},
    {"this->form->", CHECK_HOOK},
    {"form_rest", CHECK_HOOK},
    {"form_end(", CHECK_HOOK},
    {"form_widget(", CHECK_HOOK},
    {"{hook ", CHECK_HOOK},
    {"{{ children", CHECK_HOOK},
    {"{{ form.", CHECK_HOOK},
    {"triggerevent", CHECK_HOOK},
    {"event->trigger", CHECK_HOOK},
    {"callhook", CHECK_HOOK},
    {"call_hook", CHECK_HOOK},
    {"fire_hook", CHECK_HOOK},
    {"render_field", CHECK_HOOK},
    {"->renderfields", CHECK_HOOK},
    {"drupal_render", CHECK_HOOK},
    {"{% for field", CHECK_HOOK},
    {"csrf", CHECK_TOKEN},
    {"nonce", CHECK_TOKEN},
    {"_token", CHECK_TOKEN},
    {"form.token", CHECK_TOKEN},
    {"bitrix_sessid", CHECK_TOKEN},
    {"form_key", CHECK_TOKEN},
};

/* "3 + 4 =": a sum to be done. */
static bool
has_sum(struct str text)
{
    for (size_t at = 0;;) {
        size_t plus = at + str_index(str_from(text, at), '+');
        struct str before, after;

        if (plus >= text.len)
            return false;
        before = str_trim(str_first(text, plus));
        after = str_trim(str_first(str_from(text, plus + 1), 8));
        if (before.len && str_is_digit(before.data[before.len - 1]) && after.len &&
            str_is_digit(after.data[0]) && str_has(after, STR("=")))
            return true;
        at = plus + 1;
    }
}

uint32_t
form_checks_of(struct str text)
{
    char folded[4096];
    uint32_t checks = 0;

    text = str_first(text, SPAN_BYTES_MAX);
    while (text.len) {
        struct str part = str_first(text, sizeof(folded));

        str_fold(part, folded);
        for (size_t i = 0; i < sizeof(check_words) / sizeof(check_words[0]); i++) {
            if (!(checks & check_words[i].check) &&
                memmem(folded, part.len, check_words[i].word, strlen(check_words[i].word)))
                checks |= check_words[i].check;
        }
        if (!(checks & CHECK_IMAGE) && has_sum((struct str){folded, part.len}))
            checks |= CHECK_IMAGE;
        /* Parts overlap, so that no word is cut in two. */
        text = part.len == text.len ? STR_EMPTY : str_from(text, part.len - 32);
    }
    /* Their names hold the common word. */
    return checks & CHECK_VENDOR ? checks & ~(uint32_t)CHECK_IMAGE : checks;
}

bool
form_page_draws_check(struct str page)
{
    static const char *const calls[] = {
        "grecaptcha.execute",  "grecaptcha.render",   "api.js?render=",  "enterprise.js?render=",
        "turnstile.render",    "turnstile.execute",   "hcaptcha.render", "hcaptcha.execute",
        "smartCaptcha.render", "smartCaptcha.execute"};

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        if (str_has(page, str_from_cstr(calls[i])))
            return true;
    }
    return false;
}

const char *
form_check_name(uint32_t checks)
{
    static const struct {
        uint32_t check;
        const char *name;
    } names[] = {
        {CHECK_RECAPTCHA, "reCAPTCHA"},
        {CHECK_HCAPTCHA, "hCaptcha"},
        {CHECK_TURNSTILE, "Turnstile"},
        {CHECK_ALTCHA, "ALTCHA"},
        {CHECK_FRIENDLY, "Friendly Captcha"},
        {CHECK_SMARTCAPTCHA, "SmartCaptcha"},
        {CHECK_IMAGE, "captcha"},
        {CHECK_HONEYPOT, "hidden field"},
        {CHECK_OTHER, "content check"},
        {CHECK_HOOK, "the content manager's own"},
        {CHECK_TOKEN, "token against forged requests"},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (checks & names[i].check)
            return names[i].name;
    }
    return "none";
}
