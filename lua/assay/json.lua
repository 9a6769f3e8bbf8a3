-- json.lua: JSON files as Lua values, and tables written as such.

local core = require "assay.core"
local check = require "assay.check"

local json = {}

function json.read_json(path)
  return core.json.read(check.value("path", path, "text"))
end

function json.write_json(path, value)
  check.value("path", path, "text")
  if value == nil then
    return check.fail("value must be what is to be written: assay.null writes null", "value")
  end
  if check.is(value, "Frame") then
    return check.fail('value is a frame: f:write "list.json" writes one as a list of objects', "value")
  end
  core.json.write(path, value)
end

json.write_options = {}

--- A frame as a list of objects.
function json.write(frame, path)
  core.json_rows.write(frame._core, path, require "assay.frame".digits(frame))
end

return json
