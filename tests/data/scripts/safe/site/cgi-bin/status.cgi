#!/usr/bin/perl
print "Content-type: text/html\n\n";
my $load = `uptime`;
print $load if $ENV{'QUERY_STRING'} eq 'load';
