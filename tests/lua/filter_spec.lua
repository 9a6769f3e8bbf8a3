-- filter_spec.lua: conditions and one row per person, against the rule followed row by row.

local assay = require "assay"
local refusal = require "support".refusal

local function pick(list) return list[math.random(#list)] end

--- Rows with a missing value in every fourth cell or so.
local function random_rows(n, kinds)
  local rows = {}
  for i = 1, n do
    rows[i] = {}
    for j, values in ipairs(kinds) do
      if math.random(4) > 1 then rows[i][j] = pick(values) end
    end
    rows[i][#kinds + 1] = i
  end
  return rows
end

local names = { "level", "text", "whole", "real", "day", "i" }
local kinds = { { "Low", "Medium", "High" }, { "ab", "b", "abc", "" }, { -1, 0, 1, 2 }, { -0.5, 0.5, 1.5 },
  { "2018-01-31", "2018-02-01", "2018-03-01" } }
local order = { Low = 1, Medium = 2, High = 3 }

local function frame_of(rows)
  return assay.frame { columns = names, rows = rows, levels = { level = kinds[1] },
    types = { text = "text", whole = "integer", real = "number", day = "date", i = "integer" } }
end

--- A condition on column j, and the rule it stands for.
local function random_condition(j)
  local values = kinds[j]
  local function rank(v) return order[v] or v end
  local function is_one_of(list) return function(v)
    for _, x in ipairs(list) do if x == v then return true end end
    return false
  end end
  local a, b = pick(values), pick(values)
  if rank(a) > rank(b) then a, b = b, a end
  local choices = {
    function() return a, is_one_of { a } end,
    function() return { a, b }, is_one_of { a, b } end,
    function() return { min = a, max = b }, function(v) return rank(v) >= rank(a) and rank(v) <= rank(b) end end,
    function() return { above = a }, function(v) return rank(v) > rank(a) end end,
    function() return { before = b, min = a }, function(v) return rank(v) >= rank(a) and rank(v) < rank(b) end end,
    function() return { except = { a, b } }, function(v) return not is_one_of { a, b } (v) end end,
    function() return { missing = true }, function() return false end, true end,
    function() return { missing = false }, function() return true end end,
  }
  if j <= 2 then
    choices[#choices + 1] = function() return { contains = "b" }, function(v) return v:find("b", 1, true) ~= nil end end
  end
  return pick(choices)()
end

local function list_of(frame) return frame:column("i"):list() end

describe("where", function()
  it("keeps the rows that the rule keeps, and exclude the others", function()
    math.randomseed(7)
    for _ = 1, 400 do
      local rows = random_rows(math.random(0, 12), kinds)
      local f = frame_of(rows)
      local wanted, rules = {}, {}
      for _ = 1, math.random(2) do
        local j = math.random(#kinds)
        local condition, rule, of_missing = random_condition(j)
        wanted[names[j]], rules[j] = condition, { rule, of_missing or false }
      end
      local kept, left = {}, {}
      for i, row in ipairs(rows) do
        local meets = true
        for j, rule in pairs(rules) do
          if row[j] == nil then meets = meets and rule[2] else meets = meets and rule[1](row[j]) end
        end
        table.insert(meets and kept or left, i)
      end
      assert.same(kept, list_of(f:where(wanted)))
      local excluded = f:exclude("so", wanted)
      assert.same(left, list_of(excluded))
      assert.equal(#kept, #excluded.excluded)
      -- a function that follows the same rule keeps the same rows
      local function follow(row)
        for j, rule in pairs(rules) do
          local value = row[names[j]]
          if value == nil then
            if not rule[2] then return nil end
          elseif not rule[1](value) then
            return false
          end
        end
        return true
      end
      assert.same(kept, list_of(f:where(follow)))
      assert.same(left, list_of(f:exclude("so", follow)))
    end
  end)

  it("needs a condition: one on a value that is nil would let all rows pass, or none", function()
    local f = frame_of(random_rows(9, kinds))
    assert.matches("where needs a condition.*a value that is nil is none", refusal(f.where, f, { age = nil }).message)
    assert.matches("exclude needs a condition", refusal(f.exclude, f, "so", {}).message)
  end)
end)

describe("distinct", function()
  --- Groups by following agreement until nothing changes.
  local function people(rows, keys)
    local group = {}
    for i in ipairs(rows) do group[i] = i end
    local function agree(x, y)
      for _, key in ipairs(keys) do
        local all = true
        for _, j in ipairs(key) do all = all and rows[x][j] ~= nil and rows[x][j] == rows[y][j] end
        if all then return true end
      end
      return false
    end
    repeat
      local changed = false
      for x in ipairs(rows) do
        for y in ipairs(rows) do
          if agree(x, y) and group[x] ~= group[y] then
            group[x], group[y] = math.min(group[x], group[y]), math.min(group[x], group[y])
            changed = true
          end
        end
      end
    until not changed
    return group
  end

  it("keeps one row of each group that any key links, however far", function()
    math.randomseed(5)
    local values = { { "p", "q", "r", "s" }, { "t", "u", "v" }, { "w", "x", "y" }, { 1, 2, 3 } }
    for _ = 1, 300 do
      local rows = random_rows(math.random(0, 14), values)
      local f = assay.frame { columns = { "pnc", "name", "dob", "start", "i" }, rows = rows,
        types = { pnc = "text", name = "text", dob = "text", start = "integer", i = "integer" } }
      local keys = pick { { { 1 } }, { { 1 }, { 2, 3 } }, { { 2, 3 } }, { { 1, 2 }, { 3 } } }
      local match = {}
      for k, key in ipairs(keys) do
        match[k] = {}
        for l, j in ipairs(key) do match[k][l] = ({ "pnc", "name", "dob" })[j] end
      end
      local keep, ordered = pick { "first", "last" }, math.random(2) == 1
      local best = {} -- by group: the row kept
      for i, g in ipairs(people(rows, keys)) do
        local held = best[g]
        local a, b = held and rows[held][4], rows[i][4]
        local better
        if not held then better = true
        elseif not ordered or a == b then better = not ordered and keep == "last"
        elseif a == nil or b == nil then better = a == nil -- what is missing is never preferred
        elseif keep == "last" then better = b > a
        else better = b < a
        end
        if better then best[g] = i end
      end
      local want = {}
      for _, i in pairs(best) do want[#want + 1] = i end
      table.sort(want)
      assert.same(want, list_of(f:distinct { match = match, keep = keep, order = ordered and "start" or nil }))
    end
  end)

  it("needs columns in every key, because in none all rows agree", function()
    local f = assay.frame { columns = { "a" }, rows = { { "x" }, { "y" } } }
    assert.matches("at least one key", refusal(f.distinct, f, { match = {} }).message)
    assert.matches("a key of match needs the name of a column", refusal(f.distinct, f, { match = { "a", {} } }).message)
  end)
end)
