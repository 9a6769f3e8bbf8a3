-- surveys.lua: the surveys of one inspection, whose questions differ.

local core = require "assay.core"
local check = require "assay.check"

local surveys = {}

--- A list of surveys, or one of them, as a list.
function surveys.list(given)
  local list = check.is(given, "Survey") and { given } or check.value("the surveys", given, "list")
  for _, survey in ipairs(list) do check.object("each of the surveys", survey, "Survey") end
  return list
end

--- The place in the list of the one survey that asked a question, and that survey; nil if none did.
function surveys.place(list, question)
  local found
  for k, survey in ipairs(list) do
    if survey:has(question) then
      if found then check.fail(("question '%s' is in two of the surveys"):format(core.text.quote(question)), question) end
      found = k
    end
  end
  return found, list[found]
end

return surveys
