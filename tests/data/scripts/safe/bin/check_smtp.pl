#!/usr/bin/perl
# A monitor's plugin: does the mail server answer?
use strict;
use IO::Socket::INET;
my $s = IO::Socket::INET->new(PeerAddr => 'localhost', PeerPort => 25) or die "CRITICAL\n";
print $s "EHLO localhost\r\n";
while (<$s>) { last if /^250 /; }
print $s "QUIT\r\n";
print "OK\n";
