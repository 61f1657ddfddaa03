#include "world.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

static const char *const colours[] = {
    "amber", "blue",  "copper", "dusty", "east",   "fair",  "green",  "happy", "iron",   "jolly",
    "keen",  "lemon", "misty",  "north", "old",    "plain", "quiet",  "red",   "silver", "tall",
    "upper", "vivid", "west",   "young", "bright", "cold",  "golden", "mild",  "round",  "swift",
};

static const char *const places[] = {
    "acre",   "bakery",  "canal",   "dock",  "estate", "ferry",   "garden",  "harbour",
    "inn",    "joinery", "kiln",    "lane",  "mill",   "nursery", "orchard", "press",
    "quarry", "river",   "studio",  "tower", "valley", "works",   "yard",    "bridge",
    "cellar", "forge",   "gallery", "hotel", "market", "school",
};

static const char *const people[] = {
    "anna",  "boris", "carla", "david", "elena",  "felix",   "greta", "hugo",
    "irene", "jonas", "klara", "lukas", "maria",  "nils",    "olga",  "peter",
    "quinn", "rosa",  "simon", "tania", "urban",  "vera",    "willi", "xenia",
    "yusuf", "zora",  "sales", "info",  "office", "support", "admin", "shop",
};

static const char *const providers[] = {
    "post.example",    "mailbox.example",   "freemail.example", "inbox.example",
    "webpost.example", "quickmail.example", "letters.example",
};

void
world_init(struct world *world, struct dice *dice)
{
    for (uint32_t i = 0; i < WORLD_SITES; i++) {
        struct site *site = &world->sites[i];

        (void)snprintf(site->domain, sizeof(site->domain), "%s-%s%s.example",
                       colours[i % COUNT(colours)], places[(i / 7) % COUNT(places)],
                       i >= 210 ? "2" : "");
        (void)snprintf(site->user, sizeof(site->user), "web%03u", (unsigned)i + 1);
        site->mailboxes = 2 + dice_below(dice, 12);
    }
}

uint32_t
world_any_site(struct dice *dice)
{
    return dice_skewed(dice, WORLD_SITES);
}

const char *
world_local_part(uint32_t number)
{
    return people[number % COUNT(people)];
}

void
world_foreign_address(struct dice *dice, char text[WORLD_NAME_MAX])
{
    const char *name = people[dice_below(dice, 26)];

    if (dice_chance(dice, 0.6))
        (void)snprintf(text, WORLD_NAME_MAX, "%s.%s%u@%s", name, colours[dice_below(dice, 30)],
                       (unsigned)dice_below(dice, 3000),
                       providers[dice_skewed(dice, COUNT(providers))]);
    else
        (void)snprintf(text, WORLD_NAME_MAX, "%s@%s-%s%u.example", name,
                       colours[dice_below(dice, 30)], places[dice_below(dice, 30)],
                       (unsigned)dice_below(dice, 40));
}

void
world_mailbox(const struct world *world, uint32_t site, uint32_t number, char text[WORLD_NAME_MAX])
{
    const struct site *at = &world->sites[site];

    (void)snprintf(text, WORLD_NAME_MAX, "%s@%s", people[(site + number) % COUNT(people)],
                   at->domain);
}

void
world_client(uint32_t number, char text[48])
{
    if (number % 12 == 11)
        (void)snprintf(text, 48, "2001:db8:%x:%x::%x", (unsigned)(number >> 8) & 0xffff,
                       (unsigned)number & 0xff, (unsigned)(number % 250) + 1);
    else
        (void)snprintf(text, 48, "198.%u.%u.%u", 18 + ((unsigned)(number >> 16) & 1),
                       (unsigned)(number >> 8) & 0xff, (unsigned)number & 0xff);
}

void
world_mail_server(struct dice *dice, struct peer *peer)
{
    uint32_t number = dice_skewed(dice, 4000);

    world_client(number * 31 + 7, peer->address);
    if (number % 9 == 8)
        (void)snprintf(peer->host, sizeof(peer->host), "unknown");
    else
        (void)snprintf(peer->host, sizeof(peer->host), "mx%u.%s-%s%u.example",
                       (unsigned)number % 4 + 1, colours[number % COUNT(colours)],
                       places[number / 30 % COUNT(places)], (unsigned)number % 40);
}

void
world_hex(struct dice *dice, uint32_t count, char *text)
{
    uint64_t bits = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (i % 16 == 0)
            bits = dice_next(dice);
        text[i] = "0123456789abcdef"[bits & 15];
        bits >>= 4;
    }
    text[count] = '\0';
}

int
world_write_passwd(const struct world *world, const char *path)
{
    FILE *file = fopen(path, "we");

    if (!file)
        return -1;
    fputs("root:x:0:0:root:/root:/bin/bash\n"
          "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
          "vmail:x:5000:5000::/var/vmail:/usr/sbin/nologin\n",
          file);
    for (uint32_t i = 0; i < WORLD_SITES; i++)
        fprintf(file, "%s:x:%u:%u:%s:/srv/www/%s:/usr/sbin/nologin\n", world->sites[i].user,
                WORLD_UID_FIRST + (unsigned)i, WORLD_UID_FIRST + (unsigned)i,
                world->sites[i].domain, world->sites[i].domain);
    return fclose(file);
}
