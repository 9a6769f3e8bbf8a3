-- init.lua: what `require "assay"` returns. Nouns are loaded when they are first used.

local core = require "assay.core"
core.set_library("@" .. select(2, ...):gsub("init%.lua$", "")) -- `require` gives name and path

local check = require "assay.check"

local assay = { _VERSION = core.version, null = core.json.null }

-- Which file has which public name.
local homes = {
  read = "source", scan = "source", frame = "source",
  read_json = "json", write_json = "json",
  date = "date", days = "date",
  sample_size = "size", margin = "size", confidence = "size", population_range = "size",
  discovery_size = "size", change_size = "size",
  plan = "plan",
  open_sample = "sample", verify = "sample", seed = "sample",
  interval = "interval", intervals = "interval", coverage = "coverage",
  multinomial = "multinomial",
  difference = "contrast", ratio = "contrast", odds_ratio = "contrast",
  change = "waves",
  test = "test",
  survey = "survey",
  framework = "framework",
  rating = "rating",
  published = "published",
  funnel = "funnel",
}

--- Calls `f`; its value, or nil and the error.
function assay.try(f, ...)
  local results = table.pack(pcall(f, ...))
  if not results[1] then return nil, results[2] end
  return table.unpack(results, 2, results.n)
end

--- Every public name, for help and for tests.
local function names()
  local all = { try = true, null = true }
  for name in next, homes do all[name] = true end
  return all
end

return setmetatable(assay, {
  __index = function(self, name)
    local home = homes[name]
    if home == nil then return check.unknown("function of assay", name, names()) end
    for public, value in next, (require("assay." .. home)) do
      if homes[public] == home then rawset(self, public, value) end
    end
    return rawget(self, name)
  end,
  __pairs = function(self)
    local list = {}
    for name in next, names() do list[#list + 1] = name end
    table.sort(list)
    local i = 0
    return function()
      i = i + 1
      if list[i] then return list[i], self[list[i]] end
    end
  end,
})
