-- published.lua: which counts and denominators a printed percentage can stand for.

local core = require "assay.core"
local check = require "assay.check"
local table_text = require "assay.report.table"

local published = {}

local roundings = core.published.rules()

local function decimals(name, value)
  local d = check.value(name, value, "count")
  if d <= core.published.decimals then return d end
  return check.fail(("%s must be at most %d, not %d"):format(name, core.published.decimals, d), name)
end

local function cases(name, value)
  local n = check.value(name, value, "count")
  if n >= 1 and n <= core.published.largest then return n end
  return check.fail(("%s must be from 1 to %d, not %d"):format(name, core.published.largest, n), name)
end

local set_options = check.options("DenominatorsOptions", {
  max = cases, min = cases, decimals = decimals, rounding = roundings,
})

local one_options = check.options("ConsistentOptions", {
  decimals = decimals, rounding = roundings,
})

--- A per cent printed as a number, of `d` decimals. A share in its place is the usual mistake and gets its own words.
local function check_number(value, d)
  check.value("a per cent", value, "number")
  local text = core.text.number(value)
  if value > 0 and value < 1 and d == 0 then
    return check.fail(("%s? write per cents here: %s"):format(text, table_text.short(100 * value)), "percents")
  end
  if value < 0 then return check.fail(("a printed per cent is not below 0: %s is"):format(text), "percents") end
  return value
end

--- A per cent as it stands in print, which has the decimals that it has: "50.0" is not "50".
local function check_text(text, d)
  local decimals_of = core.published.text(text)
  if not decimals_of then
    return check.fail(("'%s' is no printed per cent: digits, a point and at most %d digits behind it or none, and %% or not")
      :format(core.text.quote(text), core.published.decimals), "percents")
  end
  if decimals_of > 0 and not d and text:find "^0+%.%d*[1-9]%d*$" then
    return check.fail(("%s? write per cents here: %s; 'decimals' or a %% behind it says that it is one"):format(text,
      table_text.short(100 * tonumber(text))), "percents")
  end
  if d and d ~= decimals_of then
    return check.fail(("'%s' is printed with %d decimals, and 'decimals' is %d"):format(text, decimals_of, d), "decimals")
  end
  return text
end

--- A per cent as core takes it: a number that is printed with `d` decimals, or text.
local function check_percent(value, d)
  if type(value) == "string" then return check_text(value, d) end
  return check_number(value, d or 0)
end

--- How a per cent is printed.
local function percent_text(percent, d)
  if type(percent) == "string" then return (percent:gsub("%%$", "")) .. "%" end
  return core.text.fixed(percent, d or 0) .. "%"
end

--- The list of what fits prints as a table, under the per cents that were asked about.
local function show_fits(percents, d, min, max)
  local columns = { { name = "n", right = true } }
  local above = ""
  for i, percent in ipairs(percents) do
    if tonumber((percent_text(percent, d):gsub("%%", ""))) > 100 then above = ": nothing is above 100%" end
    columns[i + 1] = { name = percent_text(percent, d), right = true }
  end
  return function(self)
    if #self == 0 then
      local printed = {}
      for i = 2, #columns do printed[i - 1] = columns[i].name end
      return ("no number of cases from %d to %d fits %s%s"):format(min, max, table.concat(printed, ", "), above)
    end
    local lines = {}
    for i, fit in ipairs(self) do
      lines[i] = { tostring(fit.n) }
      for j, count in ipairs(fit.counts) do
        lines[i][j + 1] = type(count) == "table" and table.concat(count, " or ") or tostring(count)
      end
    end
    return table_text.lines(columns, lines)
  end
end

function published.denominators(percents, options)
  check.value("percents", percents, "list")
  local o = set_options(options)
  local d, min, max = o.decimals, o.min or 1, o.max
  if max == nil then return check.fail("'max' is needed: the most cases that there can be", "max") end
  if min > max then return check.fail(("min is %d, above max, %d"):format(min, max), "min") end
  if #percents == 0 then return check.fail("percents must hold at least one per cent", "percents") end
  local asked = {}
  for i, percent in ipairs(percents) do asked[i] = check_percent(percent, d) end
  local fits = core.published.denominators(asked, d or 0, o.rounding or "half_up", min, max)
  return setmetatable(fits, {
    __name = "assay.denominators", __metatable = "assay.denominators",
    __tostring = show_fits(asked, d, min, max),
  })
end

function published.consistent(percent, n, options)
  local o = one_options(options)
  check_percent(percent, o.decimals)
  local first, last = core.published.counts(percent, o.decimals or 0, o.rounding or "half_up", cases("n", n))
  if last < first then return false end
  local counts = {}
  for x = first, last do counts[#counts + 1] = x end
  return true, counts
end

published.phrase = require "assay.phrase".phrase
published.phrases = require "assay.phrase".phrases
published.recover = require "assay.recover".recover
published.check = require "assay.claims".check

return { published = check.group("published", published) }
