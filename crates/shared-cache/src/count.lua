-- Counts an attempt against each limit, or against none. Times are microseconds since 1970.
-- KEYS: the limits. ARGV: now, then step and reach of each limit.
-- Answers 0, or how long to wait.
local now = tonumber(ARGV[1])
local counted = {}
for index, key in ipairs(KEYS) do
    local step, reach = tonumber(ARGV[index * 2]), tonumber(ARGV[index * 2 + 1])
    local forgiven = tonumber(redis.call('GET', key) or now)
    local next = math.max(forgiven, now) + step
    local excess = next - now - reach
    if excess > 0 then
        return excess
    end
    counted[index] = next
end
for index, key in ipairs(KEYS) do
    -- A minute more than needed, because the clocks of servers differ.
    local keep = math.ceil((counted[index] - now) / 1000) + 60000
    redis.call('SET', key, string.format('%.0f', counted[index]), 'PX', string.format('%.0f', keep))
end
return 0
