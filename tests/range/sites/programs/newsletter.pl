#!/usr/bin/perl
# A customer's newsletter, as cron starts it.
use strict;
use warnings;

my ($pause, $from) = @ARGV;
while (my $to = <STDIN>) {
    chomp $to;
    open(my $pipe, '|-', '/usr/sbin/sendmail', '-i', '-f', $from, $to) or die;
    print $pipe "To: $to\nFrom: $from\nSubject: News of the week\n",
        "List-Unsubscribe: <mailto:$from>\n\nNews.\n\nTOKEN:ham\n";
    close $pipe;
    select(undef, undef, undef, $pause);
}
