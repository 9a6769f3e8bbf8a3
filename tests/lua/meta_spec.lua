-- meta_spec.lua: what editors and `assay help` are told is what the module has.

local assay = require "assay"
local check = require "assay.check"
local help = require "assay.command.help"

local root = os.getenv "ASSAY_ROOT" or "."

-- what is loaded on first use is loaded, so that its options are known
for path in io.popen(("ls '%s'/lua/assay/*.lua"):format(root)):lines() do
  local name = path:match "([^/]+)%.lua$"
  require(name == "init" and "assay" or "assay." .. name)
end

local function definitions()
  local paths = {}
  for path in io.popen(("ls '%s'/lua/meta/*.lua"):format(root)):lines() do paths[#paths + 1] = path end
  return help.parse(paths)
end

local function sorted_keys(set)
  local list = {}
  for name in next, set do list[#list + 1] = name end
  table.sort(list)
  return list
end

--- Names in `have` that are not in `want`, as text; "" if there is none.
local function lacking(have, want)
  local list = {}
  for _, name in ipairs(sorted_keys(have)) do
    if not want[name] then list[#list + 1] = name end
  end
  return table.concat(list, ", ")
end

--- "assay.interval", "assay.rating.scale" and so on for every function that a script can reach.
local function live_functions()
  local found = {}
  for name, value in pairs(assay) do
    if type(value) == "function" then found["assay." .. name] = true end
    if type(value) == "table" and type(getmetatable(value)) == "table" then -- a group
      for inner, f in next, value do
        if type(f) == "function" then found[("assay.%s.%s"):format(name, inner)] = true end
      end
    end
  end
  for class, live in next, check.classes do
    for method in next, live.methods do found[("%s:%s"):format(class, method)] = true end
  end
  return found
end

--- The fields of each class of options that has a definition.
local function documented_options(known)
  local found = {}
  for name, class in next, known.classes do
    local short = name:match "^assay%.(.*)$"
    if short and check.option_classes[short] then
      for _, field in ipairs(class.fields) do found[short .. "." .. field.name] = true end
    end
  end
  return found
end

local function live_options()
  local found = {}
  for class, spec in next, check.option_classes do
    for name in next, spec do found[class .. "." .. name] = true end
  end
  return found
end

describe("the definitions for editors", function()
  local known, live = definitions(), live_functions()

  --- Methods of handles that C makes (a column) are not in the register of classes.
  local function documented_functions()
    local found = {}
    for name in next, known.functions do
      local class = name:match "^(%w+):"
      if not class or check.classes[class] then found[name] = true end
    end
    return found
  end

  it("have every public function and method", function()
    assert.equal("", lacking(live, known.functions))
  end)

  it("have no function or method that is not there", function()
    assert.equal("", lacking(documented_functions(), live))
  end)

  it("have every option", function()
    assert.equal("", lacking(live_options(), documented_options(known)))
  end)

  it("have no option that is not there", function()
    assert.equal("", lacking(documented_options(known), live_options()))
  end)

  it("say in words what each function does", function()
    local silent = {}
    for name, block in next, known.functions do
      if #block.text == 0 then silent[name] = true end
    end
    assert.equal("", table.concat(sorted_keys(silent), ", "))
  end)

  it("do not call an option optional that the module asks for", function()
    local wrong = {}
    for short, spec in next, check.option_classes do
      local class = known.classes["assay." .. short]
      for _, field in ipairs(class and class.fields or {}) do
        local kind = spec[field.name]
        local required = type(kind) == "string" and kind:find "!$" ~= nil
        if required and field.optional then wrong[short .. "." .. field.name] = true end
      end
    end
    assert.equal("", table.concat(sorted_keys(wrong), ", "))
  end)
end)

describe("help", function()
  local paths = {}
  for path in io.popen(("ls '%s'/lua/meta/*.lua"):format(root)):lines() do paths[#paths + 1] = path end

  it("has something to say of every public name", function()
    for name in pairs(assay) do
      if name:sub(1, 1) ~= "_" then assert.is_true(help.answer(name, paths), name) end
    end
  end)

  it("finds a method however its object is called", function()
    for _, name in ipairs { "Frame:where", "frame.where", "f:where", "where" } do
      local found, text = help.answer(name, paths)
      assert.is_true(found, name)
      assert.matches("Frame:where", text, 1, true)
    end
  end)

  it("prints an option table's fields", function()
    local found, text = help.answer("read", paths)
    assert.is_true(found)
    assert.matches("^assay.read%(path, options%)", text)
    assert.matches("delimiter?", text, 1, true)
  end)

  it("names the nearest of what is not there", function()
    local found, text = help.answer("distinkt", paths)
    assert.is_false(found)
    assert.matches("did you mean 'Frame:distinct'", text, 1, true)
  end)
end)
