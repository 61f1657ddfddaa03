#!/usr/bin/perl
# Sends what a visitor writes to the owner.
use CGI;
my $cgi = CGI->new;
open(my $mail, '|-', '/usr/sbin/sendmail', '-t') or die;
print $mail "From: site\@example.org\nTo: owner\@example.org\nSubject: contact\n\n";
print $mail $cgi->param('text');
