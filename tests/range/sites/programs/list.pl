#!/usr/bin/perl
# A mailing list: what comes in on standard input goes out to the members.
use strict;
use warnings;

open(my $file, '<', '/etc/list-members') or die;
chomp(my @members = <$file>);
my $mail = join '', grep { !/^(From |Delivered-To:|X-Original-To:)/ } <STDIN>;
open(my $pipe, '|-', '/usr/sbin/sendmail', '-i', '-f', 'list-bounces@forum.example', @members) or die;
print $pipe "List-Id: <list.forum.example>\n$mail";
close $pipe;
