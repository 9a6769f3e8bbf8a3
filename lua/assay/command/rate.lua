-- rate.lua: the rating of a standard from the percentages of its key questions.

local core = require "assay.core"
local check = require "assay.check"
local words = require "assay.command.words"

local rate = {
  usage = "rate PERCENT... [--scale NAME] [--rounding HOW] [--discretion RATING --why TEXT] [--json]",
  purpose = "says how a standard is rated, what holds it there, and whether discretion is open",
  details = [[
Each PERCENT is that of a key question: a whole per cent as printed, 63 or 63%, or the counts behind
it, 14/23, of which the scale rounds the share by its own rule. Only counts tell how many cases more
would lift the rating, and whether one case decides.

The scale is one of those shipped (probation-2018, probation-pdu-2021, probation-pdu-2023,
youth-2018) or a .json file; probation-2018 if not given. What of it was not verified in a source is
printed as an assumption.

For example
  assay rate 63 57 47
  assay rate --scale probation-2018 14/23 19/23 17/23 16/23 --discretion Good --why "wider evidence"

Exit codes: 0 done, 2 wrong usage, 3 a scale that cannot be read, or no relevant case in any count.]],
}

function rate.declare(parser)
  parser:argument("percents", "The percentages of the key questions, or their counts."):argname("PERCENT"):args "+"
  parser:option("--scale", "The rating scale; probation-2018 if not given."):argname "NAME"
  parser:option("--rounding", "Of shares before their band is looked up: half_up or none; the scale's own if not given.")
    :argname "HOW"
  parser:option("--discretion", "The rating that a panel gives instead."):argname "RATING"
  parser:option("--why", "Its reason."):argname "TEXT"
  parser:flag("--json", "Print the answer as JSON.")
end

--- A whole per cent, or counts.
local function read_question(text)
  local x, relevant = text:match "^(%d+)/(%d+)$"
  if x then return { question = text, x = words.count("PERCENT", x), relevant = words.count("PERCENT", relevant) } end
  local points = text:gsub("%%$", "")
  local value = words.number("PERCENT", points)
  if value > 0 and value < 1 and points == text then
    return check.fail(("%s? write %s"):format(text, words.short_points(value)), "PERCENT")
  end
  return math.tointeger(value) and value <= 100 and math.tointeger(value)
    or check.fail(("PERCENT must be a whole number from 0 to 100, as printed, or counts such as 14/23, not '%s'"):format(
      core.text.quote(text)), "PERCENT")
end

local function read_all(texts)
  local list = {}
  for i, text in ipairs(texts) do list[i] = read_question(text) end
  return list
end

local function read_discretion(given)
  if given.why and not given.discretion then check.fail("--why goes with --discretion", "--why") end
  return given.discretion and { rating = given.discretion, why = given.why } or nil
end

local function to_json(given, scale, found)
  local answer = { scale = scale.id, asked = core.json.list(given.percents) }
  for _, name in ipairs { "rating", "points", "by_percentages", "driver", "next_rating", "to_next_points", "to_next_cases",
                          "discretion_possible", "left_out", "note", "discretion" } do
    answer[name] = found[name]
  end
  answer.to_next_points = words.digits(found.to_next_points)
  answer.reasons, answer.assumed = core.json.list(found.reasons), core.json.list(found.assumed)
  return core.json.text(answer)
end

function rate.call(given)
  local assay = require "assay"
  local questions = read_all(given.percents)
  local scale = assay.rating.scale(given.scale or "probation-2018", { rounding = given.rounding })
  local found = scale:standard(questions, { discretion = read_discretion(given) })
  if given.json then
    io.write(to_json(given, scale, found))
  else
    print(("by %s (%s)"):format(scale.title, scale.id))
    print(found)
  end
  return 0
end

return rate
