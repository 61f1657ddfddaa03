#include "webflow.h"

#include <stdio.h>
#include <time.h>

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))
#define SECOND_US INT64_C(1000000)

static const char *const agents[] = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/129.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 "
    "Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.4 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0",
};

static const char *const bots[] = {
    "Mozilla/5.0 (compatible; ExampleBot/2.1; +http://bot.example/about.html)",
    "Mozilla/5.0 (compatible; SampleCrawler/7.0; +http://crawler.example/)",
    "python-requests/2.31.0",
    "Go-http-client/1.1",
    "-",
};

static const char *const pages[] = {
    "/",
    "/index.php",
    "/shop/category/garden-tools?page=%u",
    "/product.php?id=%u",
    "/2026/03/how-we-built-the-new-workshop-%u/",
    "/wp-json/wp/v2/posts?per_page=10&page=%u",
    "/viewtopic.php?f=4&t=%u",
    "/contact/",
    "/en/about-us/team/%u",
    "/search?q=oak+table+%u&sort=price",
};

static const char *const assets[] = {
    "/wp-content/themes/harbour/assets/css/style.min.css?ver=6.5.%u",
    "/wp-includes/js/jquery/jquery.min.js?ver=3.7.%u",
    "/wp-content/uploads/2026/02/workshop-photo-%u-1024x768.jpg",
    "/media/catalog/product/cache/1/image/600x600/%u.webp",
    "/favicon.ico",
    "/wp-content/plugins/gallery-box/public/js/lightbox.min.js?ver=%u",
    "/assets/fonts/inter-var-latin.woff2",
};

static const char *const attacks[] = {
    "/xmlrpc.php",
    "/wp-login.php",
    "/.env",
    "/wp-content/plugins/old-gallery/upload.php?id=%u",
    "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
    "/administrator/index.php",
    "/?author=%u",
};

static void
write_request(struct webflow *flow, int64_t at_us, int64_t took_us, uint32_t site,
              const char *client, const char *method, const char *target, unsigned status,
              const char *agent, bool has_referer)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char line[1024], referer[96] = "-", vhost[80] = "";
    const char *domain = flow->world->sites[site].domain;
    time_t seconds = (time_t)(at_us / SECOND_US);
    struct tm tm;
    int len;

    (void)gmtime_r(&seconds, &tm);
    if (has_referer)
        (void)snprintf(referer, sizeof(referer), "https://www.%s/", domain);
    if (flow->has_vhost)
        (void)snprintf(vhost, sizeof(vhost), "%s:443 ", domain);
    len = snprintf(line, sizeof(line),
                   "%s%s - - [%02d/%s/%04d:%02d:%02d:%02d +0000] \"%s %s HTTP/1.1\" %u %u \"%s\" "
                   "\"%s\"",
                   vhost, client, tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour,
                   tm.tm_min, tm.tm_sec, method, target, status,
                   200 + (unsigned)(dice_delay_us(flow->dice, 18000) % 4000000), referer, agent);
    spool_add(flow->access, at_us + took_us, line, len);
    flow->requests++;
}

void
webflow_request(struct webflow *flow, int64_t at_us, int64_t took_us, uint32_t site,
                const char *client, const char *method, const char *target, unsigned status)
{
    write_request(flow, at_us, took_us, site, client, method, target, status,
                  agents[dice_below(flow->dice, COUNT(agents))], dice_chance(flow->dice, 0.7));
}

/* Fills the number into a target; a target without a hole stays as it is. */
static void
fill_target(const char *format, uint32_t number, char text[160])
{
    uint32_t i = 0;

    for (; *format && i < 140; format++) {
        if (format[0] == '%' && format[1] == 'u') {
            i += (uint32_t)snprintf(text + i, 12, "%u", (unsigned)number);
            format++;
        } else {
            text[i++] = *format;
        }
    }
    text[i] = '\0';
}

void
webflow_visit(struct webflow *flow, int64_t at_us)
{
    struct dice *dice = flow->dice;
    uint32_t site = world_any_site(dice), visitor = dice_skewed(dice, 130000);
    int64_t took_us = dice_delay_us(dice, 60000);
    char client[48], target[160];
    double u = dice_unit(dice);

    world_client(visitor, client);
    if (u < 0.60) {
        fill_target(assets[dice_below(dice, COUNT(assets))], dice_skewed(dice, 400), target);
        write_request(flow, at_us, took_us / 20, site, client, "GET", target,
                      dice_chance(dice, 0.8) ? 200 : 304, agents[visitor % COUNT(agents)], true);
    } else if (u < 0.82) {
        fill_target(pages[dice_below(dice, COUNT(pages))], dice_skewed(dice, 5000), target);
        write_request(flow, at_us, took_us, site, client, "GET", target,
                      dice_chance(dice, 0.95) ? 200 : 404, agents[visitor % COUNT(agents)],
                      dice_chance(dice, 0.6));
    } else if (u < 0.93) {
        fill_target(pages[dice_below(dice, COUNT(pages))], dice_skewed(dice, 90000), target);
        write_request(flow, at_us, took_us, site, client, "GET", target, 200,
                      bots[visitor % COUNT(bots)], false);
    } else if (u < 0.98) {
        fill_target(attacks[dice_below(dice, COUNT(attacks))], dice_below(dice, 50), target);
        write_request(flow, at_us, took_us, site, client, dice_chance(dice, 0.6) ? "POST" : "GET",
                      target, dice_chance(dice, 0.4) ? 200 : 403, bots[visitor % COUNT(bots)],
                      false);
    } else {
        write_request(flow, at_us, took_us, site, client, "POST", "/wp-admin/admin-ajax.php", 200,
                      agents[visitor % COUNT(agents)], true);
    }
}
