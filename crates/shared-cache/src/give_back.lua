-- Takes one attempt back. KEYS: the limit. ARGV: its step in microseconds.
if redis.call('EXISTS', KEYS[1]) == 1 then
    redis.call('DECRBY', KEYS[1], ARGV[1])
end
return 0
