-- json.lua: JSON files as Lua values.

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
  core.json.write(path, value)
end

return json
