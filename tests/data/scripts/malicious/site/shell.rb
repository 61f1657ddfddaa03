#!/usr/bin/env ruby
require 'socket'
require 'base64'
eval(Base64.decode64("cHV0cyAx"))
