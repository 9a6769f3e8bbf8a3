-- labels.lua: strata by their labels, where core has numbers.

local core = require "assay.core"

local labels = {}

--- Calls core, whose messages have a stratum's number where people know its label: list[h].
function labels.call(list, f, ...)
  local ok, result = pcall(f, ...)
  if ok then return result end
  if type(result) == "table" and result.row then
    local label = list[result.row]
    if label then
      result.message = result.message:gsub("stratum " .. result.row, function()
        return "stratum '" .. core.text.quote(label) .. "'"
      end)
    end
  end
  return error(result, 0)
end

return labels
