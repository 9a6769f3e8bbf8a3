-- date.lua: dates are ISO text.

local core = require "assay.core"
local check = require "assay.check"

local date = {}

local check_options = check.options("DateOptions", { months = "integer", days = "integer" })

function date.date(day, options)
  check.value("the date", day, "text")
  options = check_options(options)
  return core.text.shift(day, options.months or 0, options.days or 0)
end

function date.days(from, to)
  check.value("the first date", from, "text")
  check.value("the second date", to, "text")
  return core.text.days(from, to)
end

return date
