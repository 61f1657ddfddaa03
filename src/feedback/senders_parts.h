#ifndef FEEDBACK_SENDERS_PARTS_H
#define FEEDBACK_SENDERS_PARTS_H

/*
 * senders_parts - what the files of senders share.
 *
 * senders_address.c collects the rows of one address and judges it; senders.c puts addresses
 * together that belong together, and answers.
 */

#include "base/table.h"
#include "feedback/senders.h"

#define KEY_BYTES_MAX 600 /* of names put together */
#define RESTS_MAX 1000U   /* senders that stand for all the rest of a domain */
#define LIST_MAX (SENDERS_MAX + RESTS_MAX)
#define SLOTS 16384U /* a power of two, well above LIST_MAX */

enum name {
    NAME_DKIM_DOMAIN,
    NAME_DKIM_SELECTOR,
    NAME_SPF_DOMAIN,
    NAME_HEADER_FROM,
    NAME_COUNT,
};

/* One address of one domain, as its rows come. */
struct address {
    struct dmarc_sender sum;
    char names[NAME_COUNT][256];       /* of the row that speaks for it; sum's slices point here */
    uint64_t largest;                  /* the row that the names are from */
    bool has_own_key, has_foreign_key; /* signed aligned: with a key of own servers, with another */
    bool has_own_signature;            /* of the domain, broken or not */
};

struct slot {
    uint64_t hash;
    uint32_t domain; /* from 1; 0: free */
    uint32_t sender;
};

struct senders {
    const struct cidr *own;
    uint32_t own_count;
    struct table *keys;  /* "domain dkim_domain selector" */
    struct table *names; /* texts of senders, each once */
    struct sender_domain domains[SENDERS_DOMAINS_MAX];
    uint32_t domain_count;
    struct dmarc_sender list[LIST_MAX];
    uint32_t owners[LIST_MAX]; /* domain of each, from 1 */
    uint32_t count;
    struct slot slots[SLOTS];
    char domain_name[256], address_name[64]; /* of the current address */
    size_t domain_len, address_len;
    struct address address;
    bool has_address;
    uint64_t lost;
};

/* The domain and the address whose rows are coming. */
struct str senders_domain(const struct senders *senders);
struct str senders_address(const struct senders *senders);

/* Three names in one, in `room` of KEY_BYTES_MAX bytes. */
struct str senders_key(char *room, struct str a, struct str b, struct str c);

void senders_add_row(struct senders *senders, const struct sender_row *row);
void senders_add_period(struct dmarc_sender *sum, int64_t begin_s, int64_t end_s);

/* What the address is, once all its rows are in. */
enum sender_verdict senders_judge(struct senders *senders);

/* What makes two addresses of one verdict the same sender. */
struct str senders_identity(const struct senders *senders, const struct dmarc_sender *sum,
                            enum sender_verdict verdict);

#endif
