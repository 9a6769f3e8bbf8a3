-- words.lua: what stands on a command line, as the library takes it.

local core = require "assay.core"
local check = require "assay.check"

local words = {}

--- A share: "0.80", or "80%".
function words.share(name, text)
  local percent = text:match "^(.*)%%$"
  local value = tonumber(percent or text)
  if not value then
    return check.fail(("%s is a share such as 0.80 or 80%%, not '%s'"):format(name, core.text.quote(text)), name)
  end
  return check.value(name, percent and value / 100 or value, "share")
end

--- A count, such as 4000.
function words.count(name, text)
  local value = text:find "^%d+$" and math.tointeger(tonumber(text))
  return value or check.fail(("%s is a whole number from 0 on, not '%s'"):format(name, core.text.quote(text)), name)
end

return words
