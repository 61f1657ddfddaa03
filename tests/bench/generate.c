/*
 * generate - logs of a busy hosting node, in real form, the same for the same seed.
 *
 *     generate --out DIR [--mail-mb 500] [--access-mb 1000] [--days 7] [--seed 1]
 *              [--short-ids] [--iso] [--vhost]
 *
 * Writes DIR/mail.log, DIR/access.log, DIR/php-mail.log and DIR/passwd. 400
 * sites, honest mail day and night, and four outbreaks whose requests stand in
 * the access log: an uploaded script, a stolen mailbox, an abused contact form
 * and a flood of registrations. Sizes are met within a few per cent; the
 * figures at the end say what came out.
 *
 * --days with the sizes kept in proportion makes longer logs of the same
 * density, which is how memory is shown to depend on what is in flight only.
 */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mailflow.h"
#include "webflow.h"

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))
#define SECOND_US INT64_C(1000000)
#define DAY_S INT64_C(86400)
#define START_S INT64_C(1772323200) /* 2026-03-01T00:00:00Z, a Sunday */

/* What a week of 500 MB of mail log and 1,000 MB of access log consists of. */
#define WEEK_S ((double)(7 * DAY_S))
#define MAIL_MB_WEEK 482.0
#define ACCESS_MB_WEEK 1000.0
#define VISITS_WEEK 4240000.0

struct options {
    const char *directory;
    double mail_mb, access_mb;
    int64_t days;
    uint64_t seed;
    bool has_short_ids, is_iso, has_vhost;
};

struct generator {
    struct world world;
    struct dice dice;
    struct mailflow mail;
    struct webflow web;
    double mail_scale, access_scale; /* 1: the week above */
};

static const struct mailflow_fate honest = {.bounced = 0.012, .deferred = 0.03};
static const struct mailflow_fate spammy = {.bounced = 0.23, .deferred = 0.08};

/* Each kind of traffic starts one of its items; rates are in items a week. */
struct traffic {
    void (*start)(struct generator *generator, int64_t at_us);
    double items_week;
    double begin, end; /* as fractions of the period */
    bool is_diurnal;
};

static void
start_inbound(struct generator *generator, int64_t at_us)
{
    mailflow_inbound(&generator->mail, at_us);
}

static void
start_submission(struct generator *generator, int64_t at_us)
{
    struct dice *dice = &generator->dice;
    uint32_t site = world_any_site(dice);
    uint32_t mailbox = dice_below(dice, generator->world.sites[site].mailboxes);
    char client[48];

    world_client(site * 16 + mailbox % 4, client);
    mailflow_submission(&generator->mail, at_us, site, mailbox, client,
                        dice_chance(dice, 0.85) ? 1 : 2 + dice_below(dice, 3), honest);
}

static void
start_noise(struct generator *generator, int64_t at_us)
{
    mailflow_noise(&generator->mail, at_us);
}

/* A visitor posts a form; the site mails its owner, the visitor, or both. */
static void
start_form(struct generator *generator, int64_t at_us)
{
    static const struct {
        const char *target, *script, *subject;
        bool to_owner, to_visitor;
    } forms[] = {
        {"/contact/", "/wp-content/plugins/form-box/send.php", "Message from your website", true,
         false},
        {"/checkout.php", "/checkout.php", "Your order", true, true},
        {"/wp-login.php?action=register", "/wp-includes/pluggable.php", "New user registration",
         true, true},
        {"/newsletter/subscribe", "/subscribe.php", "Please confirm your address", false, true},
    };
    struct dice *dice = &generator->dice;
    uint32_t which = dice_skewed(dice, COUNT(forms)), site = world_any_site(dice);
    int64_t took_us = 150000 + dice_delay_us(dice, 200000);
    char client[48], owner[WORLD_NAME_MAX];

    world_client(dice_skewed(dice, 130000), client);
    world_mailbox(&generator->world, site, 0, owner);
    webflow_request(&generator->web, at_us, took_us, site, client, "POST", forms[which].target,
                    302);
    if (forms[which].to_owner)
        mailflow_php(&generator->mail, at_us + took_us / 2, site, forms[which].script, owner,
                     forms[which].subject, honest);
    if (forms[which].to_visitor)
        mailflow_php(&generator->mail, at_us + took_us * 2 / 3, site, forms[which].script, NULL,
                     forms[which].subject, honest);
}

/* A customer's list, sent by cron: innocent, however much it is. */
static void
start_newsletter(struct generator *generator, int64_t at_us)
{
    mailflow_local(&generator->mail, at_us, 17, NULL, honest);
}

/* The script was dropped into an upload folder; each request sends a dozen mails. */
static void
start_uploaded_script(struct generator *generator, int64_t at_us)
{
    static const char path[] = "/wp-content/uploads/2026/03/cache_x7.php";
    struct dice *dice = &generator->dice;
    uint32_t mails = 6 + dice_below(dice, 13);
    char client[48];

    (void)snprintf(client, sizeof(client), "203.0.113.%u", 9 + (unsigned)dice_below(dice, 4));
    webflow_request(&generator->web, at_us, mails * 60000, 41, client, "POST", path, 200);
    for (uint32_t i = 0; i < mails; i++)
        mailflow_php(&generator->mail, at_us + 20000 + i * 55000, 41, path, NULL,
                     "Your parcel is waiting", spammy);
}

/* Somebody has the password of one mailbox and uses it from 180 addresses. */
static void
start_stolen_mailbox(struct generator *generator, int64_t at_us)
{
    char client[48];

    world_client(200000 + dice_below(&generator->dice, 180), client);
    mailflow_submission(&generator->mail, at_us, 12, 1, client,
                        1 + dice_below(&generator->dice, MAILFLOW_RECIPIENTS_MAX), spammy);
}

/* A form that copies the visitor in, and robots that post other people's addresses. */
static void
start_form_abuse(struct generator *generator, int64_t at_us)
{
    char client[48], owner[WORLD_NAME_MAX];

    world_client(210000 + dice_below(&generator->dice, 600), client);
    world_mailbox(&generator->world, 73, 0, owner);
    webflow_request(&generator->web, at_us, 240000, 73, client, "POST", "/feedback.php", 200);
    mailflow_php(&generator->mail, at_us + 100000, 73, "/feedback.php", owner, "Feedback", honest);
    mailflow_php(&generator->mail, at_us + 160000, 73, "/feedback.php", NULL,
                 "Copy of your message", spammy);
}

static void
start_registrations(struct generator *generator, int64_t at_us)
{
    char client[48];

    world_client(220000 + dice_below(&generator->dice, 900), client);
    webflow_request(&generator->web, at_us, 300000, 155, client, "POST", "/ucp.php?mode=register",
                    200);
    mailflow_php(&generator->mail, at_us + 120000, 155, "/includes/functions_messenger.php", NULL,
                 "Welcome to the forum", spammy);
}

static const struct traffic traffics[] = {
    {start_inbound, 84000, 0, 1, true},
    {start_submission, 44000, 0, 1, true},
    {start_noise, 330000, 0, 1, false},
    {start_form, 20000, 0, 1, true},
    {start_newsletter, 9000, 0.20, 0.22, false},
    {start_form_abuse, 1900, 0.35, 0.42, false},
    {start_registrations, 2500, 0.50, 0.55, false},
    {start_uploaded_script, 2500, 0.62, 0.67, false},
    {start_stolen_mailbox, 9000, 0.80, 0.83, false},
};

/* How busy that second is: around 1 over a day, quiet at night. */
static double
daylight(int64_t second)
{
    double hour = (double)(second % DAY_S) / 3600.0;

    return 1.0 - 0.75 * cos((hour - 2.0) * 3.14159265358979 / 12.0);
}

static int64_t
within_second(struct generator *generator, int64_t second)
{
    return second * SECOND_US + (int64_t)dice_below(&generator->dice, 1000000);
}

static void
run_second(struct generator *generator, int64_t second, int64_t seconds)
{
    double at = (double)second / (double)seconds, light = daylight(second);

    for (uint32_t i = 0; i < COUNT(traffics); i++) {
        const struct traffic *traffic = &traffics[i];
        double rate = traffic->items_week / WEEK_S * generator->mail_scale /
                      (traffic->end - traffic->begin) * (traffic->is_diurnal ? light : 1.0);

        if (at < traffic->begin || at >= traffic->end)
            continue;
        for (uint32_t n = dice_poisson(&generator->dice, rate); n; n--)
            traffic->start(generator, within_second(generator, START_S + second));
    }
    for (uint32_t n =
             dice_poisson(&generator->dice, VISITS_WEEK / WEEK_S * generator->access_scale * light);
         n; n--)
        webflow_visit(&generator->web, within_second(generator, START_S + second));
}

static struct spool *
open_log(const char *directory, const char *name, char path[512])
{
    (void)snprintf(path, 512, "%s/%s", directory, name);
    return spool_open(path);
}

/* A log without a year is dated from its file. */
static void
close_log(struct spool *spool, const char *path, int64_t end_s)
{
    struct timespec times[2] = {{.tv_sec = (time_t)end_s}, {.tv_sec = (time_t)end_s}};

    printf("%s %llu bytes %llu lines\n", path, (unsigned long long)spool_bytes(spool),
           (unsigned long long)spool_lines(spool));
    spool_close(spool);
    (void)utimensat(AT_FDCWD, path, times, 0);
}

static int
generate(const struct options *options)
{
    static struct generator generator;
    int64_t seconds = options->days * DAY_S;
    char mail[512], access[512], php[512], passwd[512];

    generator.dice.state = options->seed;
    generator.mail_scale = options->mail_mb / MAIL_MB_WEEK * 7.0 / (double)options->days;
    generator.access_scale = options->access_mb / ACCESS_MB_WEEK * 7.0 / (double)options->days;
    world_init(&generator.world, &generator.dice);
    generator.mail = (struct mailflow){
        .world = &generator.world,
        .dice = &generator.dice,
        .mail = open_log(options->directory, "mail.log", mail),
        .php = open_log(options->directory, "php-mail.log", php),
        .has_short_ids = options->has_short_ids,
        .is_iso = options->is_iso,
    };
    generator.web = (struct webflow){
        .world = &generator.world,
        .dice = &generator.dice,
        .access = open_log(options->directory, "access.log", access),
        .has_vhost = options->has_vhost,
    };
    for (int64_t second = 0; second < seconds; second++) {
        run_second(&generator, second, seconds);
        spool_write(generator.mail.mail, (START_S + second) * SECOND_US);
        spool_write(generator.mail.php, (START_S + second) * SECOND_US);
        spool_write(generator.web.access, (START_S + second) * SECOND_US);
    }
    (void)snprintf(passwd, sizeof(passwd), "%s/passwd", options->directory);
    if (world_write_passwd(&generator.world, passwd) != 0) {
        fprintf(stderr, "generate: %s: %s\n", passwd, strerror(errno));
        return 2;
    }
    close_log(generator.mail.mail, mail, START_S + seconds);
    close_log(generator.mail.php, php, START_S + seconds);
    close_log(generator.web.access, access, START_S + seconds);
    printf("%llu messages, %llu requests, %lld days\n", (unsigned long long)generator.mail.messages,
           (unsigned long long)generator.web.requests, (long long)options->days);
    return 0;
}

static int
usage(void)
{
    fputs("usage: generate --out DIR [--mail-mb N] [--access-mb N] [--days N] [--seed N]\n"
          "                [--short-ids] [--iso] [--vhost]\n",
          stderr);
    return 2;
}

int
main(int argc, char **argv)
{
    static const struct option names[] = {
        {"out", required_argument, NULL, 'o'},
        {"mail-mb", required_argument, NULL, 'm'},
        {"access-mb", required_argument, NULL, 'a'},
        {"days", required_argument, NULL, 'd'},
        {"seed", required_argument, NULL, 's'},
        {"short-ids", no_argument, NULL, 'q'},
        {"iso", no_argument, NULL, 'i'},
        {"vhost", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    struct options options = {.mail_mb = 500, .access_mb = 1000, .days = 7, .seed = 1};

    for (int option; (option = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        if (option == 'o')
            options.directory = optarg;
        else if (option == 'm')
            options.mail_mb = strtod(optarg, NULL);
        else if (option == 'a')
            options.access_mb = strtod(optarg, NULL);
        else if (option == 'd')
            options.days = strtol(optarg, NULL, 10);
        else if (option == 's')
            options.seed = strtoull(optarg, NULL, 10);
        else if (option == 'q')
            options.has_short_ids = true;
        else if (option == 'i')
            options.is_iso = true;
        else if (option == 'v')
            options.has_vhost = true;
        else
            return usage();
    }
    if (!options.directory || optind < argc || options.days < 1 || options.days > 366 ||
        options.mail_mb <= 0 || options.access_mb <= 0)
        return usage();
    return generate(&options);
}
