#!/usr/bin/perl
# The list manager: subscribers only, from its own database.
use strict;
use Net::SMTP;
use DBI;
foreach my $to (subscribers()) {
    my $smtp = Net::SMTP->new('localhost');
    $smtp->mail('news@example.org');
    $smtp->to($to);
    $smtp->datasend("From: news\@example.org\nSubject: news\nList-Unsubscribe: <https://example.org/>\n");
}
