#!/bin/bash
LIMIT=3 #@ LIMIT
readonly FIXED=1 OTHER=2 #@ FIXED; OTHER
declare -a array=(1 2) #@ array
export SHOWN="$PATH:x" #@ SHOWN
plain() { #@ plain
  local inner=1 #@ plain.inner
  echo "$1" 'x'
}
function keyword { if [[ $a == b ]]; then set_here=1; fi; } #@ keyword; keyword.set_here
function both() { :; } #@ both
in_subshell() ( cd x ) #@ in_subshell
alias ll='ls -l' #@ ll
with-dash() { :; } #@ with-dash
if true; then conditional() { :; }; else OTHERWISE=1; fi #@ conditional; OTHERWISE
