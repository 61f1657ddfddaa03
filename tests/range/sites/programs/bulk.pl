#!/usr/bin/perl
# What a program put there over SSH does: it mails a list by itself, under made-up senders.
use strict;
use warnings;

my ($pause, $label) = @ARGV;
while (my $to = <STDIN>) {
    chomp $to;
    my $from = 'support' . int(rand 90) . '@web.example';
    open(my $pipe, '|-', '/usr/sbin/sendmail', '-i', '-f', $from, $to) or die;
    print $pipe "To: $to\nFrom: $from\nSubject: Your account\n\nVerify it.\n\nTOKEN:$label\n";
    close $pipe;
    select(undef, undef, undef, $pause);
}
