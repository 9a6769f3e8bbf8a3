-- percent.lua: of how many cases printed per cents can be.

local core = require "assay.core"
local check = require "assay.check"
local words = require "assay.command.words"

local percent = {
  usage = "percent PERCENT... --max N [--min N] [--decimals D] [--rounding RULE] [--json]",
  purpose = "says of how many cases printed per cents can be, and which counts they then are",
  details = [[
All per cents are said to be of the same number of cases, from --min to --max, which is not known or
not believed. Each line of the answer is a number of cases that fits, with the counts that are
printed so. Per cents are taken as they are printed: 50.0 is not 50. A % behind them may stay.

RULE says how they were rounded: half_up if not given, half_even, half_down, floor, ceil, or
any_half, which takes an exact half either way.

For example
  assay percent 61 83 74 70 --max 24
  assay percent 14.3 --max 52 --rounding any_half

Exit codes: 0 done, 1 no number of cases fits, 2 wrong usage.]],
}

function percent.declare(parser)
  parser:argument("percents", "The per cents as printed."):argname("PERCENT"):args "+"
  parser:option("--max", "The most cases that there can be."):argname("N"):count(1)
  parser:option("--min", "The fewest; 1 if not given."):argname "N"
  parser:option("--decimals", "How many they are printed with, where what is typed has fewer."):argname "D"
  parser:option("--rounding", "half_up, half_even, half_down, floor, ceil or any_half."):argname "RULE"
  parser:flag("--json", "Print the answer as JSON.")
end

--- A per cent with so many decimals: "50" is "50.0" where the print has one.
local function with_decimals(text, decimals)
  local d = core.published.text(text)
  if not decimals or not d or d >= decimals then return text end
  local bare = text:gsub("%%$", "")
  return bare .. (d == 0 and "." or "") .. ("0"):rep(decimals - d)
end

local function to_json(asked, options, fits)
  local list = {}
  for i, fit in ipairs(fits) do
    local counts = {}
    for j, count in ipairs(fit.counts) do counts[j] = type(count) == "table" and core.json.list(count) or count end
    list[i] = { n = fit.n, counts = core.json.list(counts) }
  end
  options.percents = core.json.list(asked)
  return core.json.text { asked = options, fits = core.json.list(list) }
end

function percent.call(given)
  local options = {
    max = words.count("--max", given.max), min = words.count("--min", given.min), rounding = given.rounding,
    decimals = words.count("--decimals", given.decimals),
  }
  if options.decimals and options.decimals > core.published.decimals then
    check.fail(("--decimals must be at most %d, not %d"):format(core.published.decimals, options.decimals), "--decimals")
  end
  local asked = {}
  for i, text in ipairs(given.percents) do asked[i] = with_decimals(text, options.decimals) end
  local fits = require "assay".published.denominators(asked, options)
  if given.json then io.write(to_json(asked, options, fits)) else print(fits) end
  return #fits > 0 and 0 or 1
end

return percent
