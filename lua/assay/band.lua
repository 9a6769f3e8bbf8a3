-- band.lua: numbers sorted into bands.

local core = require "assay.core"
local check = require "assay.check"
local frames = require "assay.frame"

local band = {}

local band_options = check.options("BandOptions", { into = "text" })

function band.band(self, name, breaks, options)
  options = band_options(options)
  local column = frames.column_number(self, name)
  for i, value in ipairs(check.value("what band is given", breaks, "table")) do
    check.value("break " .. i, value, "number")
  end
  local into = options.into or name .. "_band"
  return frames.new(core.band.band(self._core, column, breaks, into), self,
    { private = frames.private_with(self, into, { name }) })
end

return band
