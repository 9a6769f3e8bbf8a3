-- labels.lua: strata by their labels, where core has numbers.

local core = require "assay.core"

local labels = {}

--- The label in words, or the number where there is none.
local function named(what, list)
  return function(number)
    local label = list and list[tonumber(number)]
    return label and ("%s '%s'"):format(what, core.text.quote(label))
  end
end

--- Calls core, whose messages have the number of a stratum, or a cluster, where people know its label: list[h],
--- list.clusters[c].
function labels.call(list, f, ...)
  local ok, result = pcall(f, ...)
  if ok then return result end
  if type(result) == "table" and result.message then
    result.message = result.message:gsub("stratum (%d+)", named("stratum", list)):gsub("cluster (%d+)",
      named("cluster", list.clusters))
  end
  return error(result, 0)
end

return labels
