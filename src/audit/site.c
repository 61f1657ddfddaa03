#include "audit/site.h"

#include "base/buf.h"
#include "base/civil.h"

#define SEEN_BYTES_MAX ((size_t)64 * 1024)
#define STEPS_MAX 5

/* How a kind of finding is told to the site's owner. */
struct telling {
    enum finding_kind kind;
    const char *rule; /* its beginning; "": any other of the kind */
    const char *check;
    enum audit_outcome outcome; /* where the finding accuses; a remark is one of AUDIT_NOTE */
    const char *title, *why;
    const char *remark; /* the title of what does not accuse; NULL: "perhaps" and the title */
    const char *steps[STEPS_MAX];
};

/* The first row that fits counts. */
static const struct telling tellings[] = {
    {FINDING_MALICIOUS,
     "",
     "site-malicious",
     AUDIT_CRITICAL,
     "an intruder has put programs into this site",
     "Through these files strangers run what they like: they send spam in the site's name, read "
     "its data and visitors' passwords, and come back after each cleaning. Deleting the files "
     "alone does not keep them out: they came in through something that is still open.",
     "some places of this site are unusual, and most likely harmless",
     {"Let the host take the files away: weir scan --quarantine keeps them, so that nothing is "
      "lost.",
      "Change every password of the site: its administrators', FTP, hosting panel and database. "
      "The intruder may have read them all.",
      "Bring the site's program, its extensions and its themes up to date, and remove those that "
      "are not used.",
      "Look at the list of administrators of the site, and remove those nobody knows."}},
    {FINDING_VULNERABLE_MAIL,
     "",
     "site-mailer",
     AUDIT_SERIOUS,
     "strangers can send mail to anybody through this site",
     "A program of the site takes the recipient or the headers of a mail from the visitor without "
     "a check. Robots look for such pages and send spam through them in the site's name, until its "
     "mail is refused everywhere.",
     NULL,
     {"Have whoever maintains the site set the recipient in the program itself, and refuse line "
      "ends in every field that goes into a header.",
      "Take the page away until then, if nobody needs it."}},
    {FINDING_UNPROTECTED_FORM,
     "",
     "site-form",
     AUDIT_WEAK,
     "robots can fill in forms of this site",
     "Each time a robot sends the form, the site sends a mail. Robots do that thousands of times "
     "an hour: the mailbox fills, the host's limit for mails is reached, and the site's real mails "
     "stay away.",
     NULL,
     {"Add a check against robots to each form, and make sure that the program really verifies it "
      "before it sends.",
      "Do not send a copy to the address that the visitor typed in."}},
    {FINDING_OUTDATED,
     "",
     "site-outdated",
     AUDIT_SERIOUS,
     "this site runs programs with known holes",
     "Their makers have published what is wrong, and robots try it at every site. It is how most "
     "intruders get in.",
     NULL,
     {"Make a copy of the site, then update these programs from the site's administration.",
      "Remove what is not used: a program that is switched off can still be reached."}},
    {FINDING_NOTIFICATION,
     "",
     "site-notices",
     AUDIT_NOTE,
     "programs of this site send a mail for each attack",
     "During an attack that is thousands of mails to one mailbox.",
     NULL,
     {"Let them send one summary a day instead."}},
    {FINDING_ENTRY,
     "",
     "site-entry",
     AUDIT_SERIOUS,
     "how the intruder came in",
     "The logs show what was used before the first of these files appeared.",
     NULL,
     {"Close this way first: update or remove what was used, and change the passwords that it gave "
      "away."}},
    {FINDING_PROCESS,
     "",
     "site-process",
     AUDIT_CRITICAL,
     "a program of an intruder is running",
     "It works on even when its file is deleted.",
     NULL,
     {"The host has to stop it, and to look for what starts it again."}},
};
#define TELLING_COUNT (sizeof(tellings) / sizeof(tellings[0]))

static const char remark_why[] =
    "This is less than certain: have somebody who knows the site look at these places.";

static const struct telling *
telling_of(const struct finding *finding)
{
    for (size_t i = 0; i < TELLING_COUNT; i++) {
        if (tellings[i].kind == finding->kind &&
            str_starts(str_from_cstr(finding->rule), str_from_cstr(tellings[i].rule)))
            return &tellings[i];
    }
    return NULL;
}

static struct str
below(struct str path, struct str root)
{
    while (root.len > 1 && root.data[root.len - 1] == '/')
        root.len--;
    if (root.len && str_skip(&path, root))
        (void)str_skip(&path, STR("/"));
    return path;
}

static bool
accuses(const struct finding *finding)
{
    return finding->confidence >= FINDING_ACCUSES;
}

/* "uploads/a.php:3  why it is one", a line each. */
static uint32_t
list_files(const struct audit_site_input *input, const struct telling *telling, bool is_accusing,
           struct buf *buf)
{
    uint32_t count = 0;

    for (size_t i = 0; i < input->finding_count; i++) {
        const struct finding *finding = &input->findings[i];

        if (telling_of(finding) != telling || accuses(finding) != is_accusing)
            continue;
        if (++count > AUDIT_SITE_FILES_TOLD)
            continue;
        if (buf->len)
            buf_add_char(buf, '\n');
        buf_add(buf, below(finding->path, input->root));
        if (finding->line)
            buf_printf(buf, ":%u", finding->line);
        buf_printf(buf, "  " STR_FMT, STR_ARG(finding->brief.len ? finding->brief : finding->why));
    }
    if (count > AUDIT_SITE_FILES_TOLD)
        buf_printf(buf, "\n… and %u more: weir scan lists them", count - AUDIT_SITE_FILES_TOLD);
    return count;
}

static void
tell(const struct audit_site_input *input, const struct telling *telling, bool is_accusing,
     struct audit *audit)
{
    struct audit_finding *finding;
    struct buf seen;

    buf_init(&seen, SEEN_BYTES_MAX);
    if (list_files(input, telling, is_accusing, &seen)) {
        finding = audit_add(
            audit, (struct audit_finding){
                       .area = AUDIT_SITE,
                       .check = telling->check,
                       .outcome = is_accusing ? telling->outcome : AUDIT_NOTE,
                       .subject = input->root,
                       .title = is_accusing ? str_from_cstr(telling->title)
                                : telling->remark
                                    ? str_from_cstr(telling->remark)
                                    : arena_printf(audit->arena, "perhaps %s", telling->title),
                       .why = str_from_cstr(is_accusing ? telling->why : remark_why),
                   });
        finding->seen = arena_str(audit->arena, buf_str(&seen));
        for (size_t i = 0; is_accusing && i < STEPS_MAX && telling->steps[i]; i++)
            audit_fix(audit, finding,
                      (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                                         .value = str_from_cstr(telling->steps[i])});
    }
    buf_done(&seen);
}

/* "On 2026-03-01 the host took these files away". */
static void
tell_done(const struct audit_site_input *input, struct audit *audit)
{
    struct audit_finding *finding;
    struct buf seen;

    if (!input->done_count)
        return;
    buf_init(&seen, SEEN_BYTES_MAX);
    for (uint32_t i = 0; i < input->done_count; i++) {
        struct civil day = civil_from_seconds(input->done[i].taken_s);

        if (i == AUDIT_SITE_FILES_TOLD)
            buf_printf(&seen, "\n… and %u more", input->done_count - i);
        if (i >= AUDIT_SITE_FILES_TOLD)
            break;
        buf_printf(&seen, "%s" STR_FMT "  %s on %04d-%02d-%02d", i ? "\n" : "",
                   STR_ARG(below(input->done[i].path, input->root)),
                   input->done[i].is_cleaned ? "cleaned" : "taken away", day.year, day.month,
                   day.day);
    }
    finding = audit_add(audit, (struct audit_finding){
                                   .area = AUDIT_SITE,
                                   .check = "site-done",
                                   .outcome = AUDIT_NOTE,
                                   .subject = input->root,
                                   .title = STR("what the host has done already"),
                                   .why = STR("These files lie in quarantine and can be given "
                                              "back: weir quarantine list."),
                               });
    finding->seen = arena_str(audit->arena, buf_str(&seen));
    buf_done(&seen);
}

void
audit_site(const struct audit_site_input *input, struct audit *audit)
{
    uint32_t before = audit->count;

    for (size_t i = 0; i < TELLING_COUNT; i++) {
        tell(input, &tellings[i], true, audit);
        tell(input, &tellings[i], false, audit);
    }
    if (audit->count == before)
        audit_fine(audit, AUDIT_SITE, "site-files", input->root,
                   arena_printf(audit->arena, "%llu file%s looked at, and nothing was found",
                                (unsigned long long)input->files,
                                input->files == 1 ? " was" : "s were"),
                   STR_EMPTY);
    tell_done(input, audit);
    if (input->unread)
        audit_unknown(audit, AUDIT_SITE, "site-unread", input->root,
                      STR("not every file could be read"),
                      arena_printf(audit->arena, "%llu files could not be opened; run it as root",
                                   (unsigned long long)input->unread));
}
