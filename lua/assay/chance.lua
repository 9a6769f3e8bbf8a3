-- chance.lua: how often a sample rates a service as it is.

local core = require "assay.core"
local check = require "assay.check"
local rating = require "assay.rating"
local table_text = require "assay.report.table"

local chance = {}

--- Per cents, whole or not; shares are the usual mistake and get their own words.
local function percents(name, value)
  if type(value) ~= "table" then value = { value } end
  check.value(name, value, "list")
  if #value == 0 then return check.fail(name .. " names no question's per cent", name) end
  for i, percent in ipairs(value) do
    local what = ("%s[%d]"):format(name, i)
    check.value(what, percent, "number")
    if percent > 0 and percent < 1 then
      return check.fail(("%s is %s? write per cents here: %s"):format(what, core.text.number(percent),
        table_text.short(100 * percent)), name)
    end
    if percent < 0 or percent > 100 then
      return check.fail(("%s must be a per cent from 0 to 100, not %s"):format(what, core.text.number(percent)), name)
    end
  end
  return value
end

local function sizes(name, value)
  if type(value) ~= "table" then value = { value } end
  check.value(name, value, "list")
  if #value == 0 then return check.fail(name .. " names no size", name) end
  local list = {}
  for i, size in ipairs(value) do
    list[i] = check.value(("%s[%d]"):format(name, i), size, "count")
    if list[i] == 0 then return check.fail(("%s[%d] is 0: a sample has at least one case"):format(name, i), name) end
  end
  return list
end

local chance_options = check.options("ChanceOptions", { percents = percents, population = "population", size = sizes })

--- Right, too low and too high.
local function sums(chances, band)
  local low, high = 0, 0
  for i, p in ipairs(chances) do
    if i < band then low = low + p elseif i > band then high = high + p end
  end
  return chances[band], low, high
end

local columns = { "size", "right", "too_low", "too_high", "right_together", "too_low_together", "too_high_together" }

local function below(scale, o, band)
  local parts = {}
  for i, percent in ipairs(o.percents) do parts[i] = core.text.number(percent) end
  local text = ("rated by all cases: %s (%s per cent%s)"):format(scale.bands[band].name, table.concat(parts, ", "),
    o.population and (" of %d cases, each to the nearest case"):format(o.population) or "")
  if #o.percents > 1 then
    text = text .. "\nright, too_low, too_high: no answer tells of another; _together: answers as alike as they can be"
  end
  local assumed = {}
  for i, rule in ipairs(scale.assumptions) do assumed[i] = rule.id end
  return #assumed == 0 and text or text .. "\nassumed, not verified: " .. table.concat(assumed, ", ")
end

function chance.chance(self, options)
  local o = chance_options(options)
  if not o.percents then check.fail("'percents' is needed", "percents") end
  if not o.size then check.fail("'size' is needed", "size") end
  local rows, band = {}, nil
  for i, size in ipairs(o.size) do
    if o.population and size > o.population then
      check.fail(("size is %d, but the population has %d cases"):format(size, o.population), "size")
    end
    local independent, together
    band, independent, together = core.posterior.chance(rating.handles[self], o.percents, o.population, size)
    local right, low, high = sums(independent, band)
    rows[i] = { size, right, low, high, sums(together, band) }
  end
  local types = { size = "integer" }
  for i = 2, #columns do types[columns[i]] = "number" end
  local frame = require "assay.source".frame { columns = columns, rows = rows, types = types }
  rawset(frame, "rating", self.bands[band].name)
  rawset(frame, "_below", below(self, o, band))
  return frame
end

return chance
