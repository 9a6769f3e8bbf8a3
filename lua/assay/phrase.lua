-- phrase.lua: what printed words of quantity stand for, and the words for a share.

local core = require "assay.core"
local check = require "assay.check"
local shared = require "assay.shared"
local table_text = require "assay.report.table"

local phrase = {}

-- ---- the wording -----------------------------------------------------------------------------

local read_before = setmetatable({}, { __mode = "v" })

local function read_wording(from)
  local value, path = from, nil
  if type(from) == "string" then value, path = shared.find("wordings", from) end
  if type(value) ~= "table" then
    return check.fail("a wording is a name, the name of a .json file, or a table", "wording")
  end
  return { handle = shared.blame(path, core.figure.wording, value), about = value }
end

--- The wording of that name, of that file, or a table; the house's if nothing is given.
function phrase.wording(from)
  if from ~= nil and from ~= "house" then return read_wording(from) end
  read_before.house = read_before.house or read_wording "house"
  return read_before.house
end

-- ---- known phrases ---------------------------------------------------------------------------

--- Every phrase that a wording offers, made of its modifiers and shares, in a fixed order.
local function offered(wording)
  local list, about = {}, wording.about
  for _, share in ipairs(about.shares) do list[#list + 1] = share.words[1] end
  for _, share in ipairs(about.offered) do list[#list + 1] = share end
  for _, modifier in ipairs(about.modifiers) do
    for _, share in ipairs(about.offered) do list[#list + 1] = modifier.words[1] .. " " .. share end
    list[#list + 1] = modifier.words[1] .. " all"
  end
  return list
end

--- The known phrase that is most like `text`, however far away it is.
local function nearest(text, wording)
  local best, least
  for _, known in ipairs(offered(wording)) do
    local distance = core.text.distance(text, known)
    if not least or distance < least then best, least = known, distance end
  end
  return best
end

local reasons = {
  EFORMAT = ("'%%s' is no figure: at most %d characters of digits, words and %%%%"):format(core.figure.longest),
  EDOM = "'%s' has numbers beyond those that can be checked exactly: bases up to 1000000000, a in b up to 1000",
}

--- The figure that a text prints; or nil and why it is none.
function phrase.read(text, wording, rounding)
  local figure, code = core.figure.read(wording.handle, rounding, text)
  if figure then return figure end
  local quoted = core.text.quote(text)
  if code ~= "EUNKNOWN" then return nil, reasons[code]:format(quoted) end
  return nil, ("unknown phrase '%s': did you mean '%s'? Known are also figures such as 61%%, 27 of 74 and more than 3,600")
    :format(quoted, nearest(text, wording))
end

-- ---- ranges in words -------------------------------------------------------------------------

local function number(x)
  if x == math.huge then return "no end" end
  if x >= 1000 then return core.text.number(x) end -- six digits would make 1,234,566.5 a round number
  return table_text.short(x)
end

--- "[0.60, 0.67)".
function phrase.range_text(range)
  if range.lower > 1 and range.upper == range.lower and not range.lower_closed then return "none: it is above 1" end
  return ("%s%s, %s%s"):format(range.lower_closed and "[" or "(", number(range.lower), number(range.upper),
    range.upper_closed and "]" or ")")
end

local phrase_options = check.options("PhraseOptions", {
  reading = { "narrow", "literal" }, wording = "any", rounding = core.published.rules(),
})

local phrase_result = check.result("Phrase", {
  "says", "kind", "convention", "reading", "lower", "upper", "lower_closed", "upper_closed", "count", "base", "narrow",
  "literal",
}, function(self)
  local text = ("%s: %s %s"):format(self.says, self.kind, phrase.range_text(self[self.reading]))
  local other = self.reading == "narrow" and "literal" or "narrow"
  local second = phrase.range_text(self[other])
  return second == phrase.range_text(self[self.reading]) and text or ("%s, %s %s"):format(text, other, second)
end)

function phrase.phrase(text, options)
  local o = phrase_options(options)
  if type(text) ~= "string" then return check.value("a phrase", text, "text") end
  local figure, why = phrase.read(text, phrase.wording(o.wording), o.rounding or "half_up")
  if not figure then return check.fail(why, "phrase") end
  local about = core.figure.about(figure)
  about.says, about.reading = text, o.reading or "narrow"
  for name, value in next, about[about.reading] do about[name] = value end
  setmetatable(about, phrase_result)
  return about.lower, about.upper, about
end

-- ---- and back --------------------------------------------------------------------------------

local phrases_options = check.options("PhrasesOptions", { reading = { "narrow", "literal" }, wording = "any" })

--- A share as over, under, exactly as its decimals or counts say.
local function share_of(value)
  local kind = math.type(value)
  if type(value) ~= "string" and not kind then
    return check.fail("a share is a number from 0 to 1, or text such as '27 of 74' and '36.5%'", "share")
  end
  local text = kind and core.text.number(value) or value
  local over, under = core.figure.value(text)
  if not over then
    return check.fail(("'%s' is no share: give a number from 0 to 1, '27 of 74' or '36.5%%', with at most 18 decimals")
      :format(core.text.quote(text)), "share")
  end
  if over <= under then return over, under end
  local meant = kind and value <= 100 and (": %s? write %s"):format(text, core.text.number(value / 100)) or ""
  return check.fail(("a share is from 0 to 1%s"):format(meant), "share")
end

local function show_phrases(list)
  local lines = {}
  for i, one in ipairs(list) do lines[i] = { one.says, phrase.range_text(one) } end
  if #lines == 0 then return "no phrase of this wording fits" end
  return table_text.lines({ { name = "phrase" }, { name = "range" } }, lines)
end

function phrase.phrases(share, options)
  local o = phrases_options(options)
  local over, under = share_of(share)
  local wording, reading, list = phrase.wording(o.wording), o.reading or "narrow", {}
  for i, text in ipairs(offered(wording)) do
    local figure = core.figure.read(wording.handle, "half_up", text)
    if figure and core.figure.contains(figure, reading, over, under) then
      local one = core.figure.about(figure)[reading]
      one.says, one.order = text, i
      list[#list + 1] = one
    end
  end
  table.sort(list, function(a, b)
    local width, other = a.upper - a.lower, b.upper - b.lower
    if math.abs(width - other) > 1e-9 then return width < other end
    return a.order < b.order
  end)
  for _, one in ipairs(list) do one.order = nil end
  return setmetatable(list, { __name = "assay.phrases", __metatable = "assay.phrases", __tostring = show_phrases })
end

return phrase
