-- words.lua: numbers, per cents and strata as they stand on a command line.

local core = require "assay.core"
local check = require "assay.check"

local words = {}

local function wrong(option, expected, text)
  return check.fail(("%s must be %s, not '%s'"):format(option, expected, core.text.quote(text)), option)
end

--- A plain decimal number, without the signs, bases and names that Lua knows besides; nil if it is none.
local function decimal(text)
  return text and (text:find "^%d+%.?%d*$" or text:find "^%.%d+$") and tonumber(text) or nil
end

--- A share from 0 to 1, of which "80%" is 0.80; nil stays nil.
function words.share(option, text)
  if text == nil then return nil end
  local points = decimal(text:match "^(.-)%s*%%$")
  local share = points and points / 100 or decimal(text) or wrong(option, "a share such as 0.80 or 80%", text)
  return check.value(option, share, "proportion")
end

--- Text as it stands.
function words.text(_, text) return text end

--- A number from 0 on; nil stays nil.
function words.number(option, text)
  return text and (decimal(text) or wrong(option, "a number", text))
end

--- A count; nil stays nil.
function words.count(option, text)
  if text == nil then return nil end
  return text:find "^%d+$" and math.tointeger(tonumber(text)) or wrong(option, "a whole number from 0 on", text)
end

--- A text as a shell takes it for one argument.
function words.argument(text)
  return text:find "^[%w./_+:@%%-]+$" and text or "'" .. text:gsub("'", "'\\''") .. "'"
end

--- A list that was given; nil if nothing was.
function words.some(list) return list and #list > 0 and list or nil end

--- LABEL=VALUE several times as a table by label, each value read by `read(option, text)`; nil if there is none.
function words.by_label(option, texts, read, expected)
  local values = words.some(texts) and {}
  for _, text in ipairs(texts or {}) do
    local label, value = text:match "^(.+)=([^=]*)$"
    if not label then wrong(option, expected or "given each time as LABEL=N", text) end
    if values[label] then check.fail(("%s has '%s' twice"):format(option, core.text.quote(label)), option) end
    values[label] = read(option, value)
  end
  return values or nil
end

--- One number of cases, or LABEL=N several times as a table by label; nil if there is none.
function words.population(option, texts)
  if texts and #texts == 1 and not texts[1]:find "=" then return words.count(option, texts[1]) end
  return words.by_label(option, texts, words.count, "given once as a number, or each time as LABEL=N")
end

--- Numbers in answers have 12 digits, alike on every machine.
function words.digits(x)
  if math.type(x) ~= "float" then return x end
  return tonumber(("%.12g"):format(x)) + 0.0
end

--- A share as points with two decimals.
function words.points(share)
  return core.text.fixed(100 * share, 2)
end

--- The same with as many decimals as show that it is above another.
function words.points_above(share, other)
  local decimals = 2
  while decimals < 12 and tonumber(core.text.fixed(100 * share, decimals)) <= 100 * other do decimals = decimals + 1 end
  return core.text.fixed(100 * share, decimals)
end

--- The same as short as they are, and as a per cent.
function words.short_points(share)
  return core.text.number(tonumber(core.text.fixed(100 * share, 10)))
end

function words.per_cent(share) return words.short_points(share) .. "%" end

function words.cases(n) return n == 1 and "1 case" or ("%d cases"):format(n) end

return words
