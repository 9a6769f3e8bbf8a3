-- help.lua: the comments that editors show, read and printed. `assay help NAME` is made of them.

local core = require "assay.core"
local check = require "assay.check"

local help = {
  flag = "--help",
  usage = "help [NAME]",
  purpose = "says what a command or a function does",
}

-- ---- reading the definitions -----------------------------------------------------------------

--- "name? type  words" as a field or parameter.
local function split_name(text)
  local name, rest = text:match "^(%S+)%s+(.*)$"
  if not name then name, rest = text, "" end
  local bare = name:gsub("%?$", "")
  return { name = bare, optional = name ~= bare, rest = rest }
end

--- The length of the type at the start of `text`: it ends at a blank outside brackets and quotes
--- that neither follows nor precedes one of | , :
local function type_length(text)
  local depth, quote = 0, nil
  for i = 1, #text do
    local c = text:sub(i, i)
    if quote then
      if c == quote then quote = nil end
    elseif c == '"' or c == "'" then quote = c
    elseif c:find "[%(%[{<]" then depth = depth + 1
    elseif c:find "[%)%]}>]" then depth = depth - 1
    elseif c:find "%s" and depth == 0
      and not text:sub(1, i):find "[|,:]%s*$" and not text:sub(i):find "^%s*[|,]" then
      return i - 1
    end
  end
  return #text
end

local function typed(text)
  local entry = split_name(text)
  local length = type_length(entry.rest)
  entry.type = entry.rest:sub(1, length)
  entry.words = entry.rest:sub(length + 1):gsub("^%s*[#@]?%s*", "")
  entry.rest = nil
  return entry
end

local tags = {
  param = function(block, text) block.params[#block.params + 1] = typed(text) end,
  field = function(block, text) block.fields[#block.fields + 1] = typed(text) end,
  ["return"] = function(block, text) block.returns[#block.returns + 1] = text end,
  class = function(block, text) block.class = text:match "^[%w_.]+" end,
}

local function new_block(file)
  return { file = file, text = {}, params = {}, fields = {}, returns = {} }
end

--- Adds one comment line to a block. "| value" goes on with the type above it.
local function add_line(block, line)
  local tag, rest = line:match "^%-%-%-%s*@(%a+)%s*(.*)$"
  if tag then
    if tags[tag] then tags[tag](block, rest) end
  elseif not line:find "^%-%-%-%s*|" then
    block.text[#block.text + 1] = line:gsub("^%-%-%-%s?", "")
  end
end

--- What the definition files say: `functions`, `fields` of tables and `classes`, by name, each with
--- its comment; `order` lists the names of functions and fields as they stand.
function help.parse(paths)
  local known = { functions = {}, values = {}, classes = {}, order = {} }
  local function close(block, line)
    if block.class then known.classes[block.class] = block end
    local name, arguments = line:match "^function%s+([%w_.:]+)%s*(%b())"
    if not name then name = line:match "^([%w_]+%.[%w_.]+)%s*=" end
    if not name then return end
    block.name, block.arguments = name, arguments
    known[arguments and "functions" or "values"][name] = block
    known.order[#known.order + 1] = name
  end
  for _, path in ipairs(paths) do
    local block = new_block(path)
    for line in io.lines(path) do
      if line:find "^%-%-%-" then
        add_line(block, line)
      else
        close(block, line)
        block = new_block(path)
      end
    end
    close(block, "")
  end
  return known
end

-- ---- printing --------------------------------------------------------------------------------

local function add_entries(lines, entries)
  local widest = 0
  for _, entry in ipairs(entries) do
    widest = math.max(widest, core.text.width(entry.name) + (entry.optional and 1 or 0))
  end
  for _, entry in ipairs(entries) do
    local name = entry.name .. (entry.optional and "?" or "")
    local gap = (" "):rep(widest - core.text.width(name) + 2)
    lines[#lines + 1] = ("  %s%s%s"):format(name, gap, entry.type)
    if entry.words ~= "" then
      lines[#lines + 1] = (" "):rep(widest + 6) .. entry.words
    end
  end
end

local function add_text(lines, text)
  for _, line in ipairs(text) do lines[#lines + 1] = line end
end

--- Whether things of a class are made by the library, and not written by hand as tables.
local function has_methods(class, known)
  local prefix = class:match "[^.]+$" .. ":"
  for name in next, known.functions do
    if name:sub(1, #prefix) == prefix then return true end
  end
  return false
end

--- The option tables that a function takes: parameters whose type is a class with fields, and fields of
--- these that are such tables themselves.
local function option_classes(block, known)
  local list = {}
  local function look(entries)
    for _, entry in ipairs(entries) do
      for name, listed in entry.type:gmatch "([%w_.]+)(%[?%]?)" do
        local class = known.classes[name]
        local is_written = name:find "Options$" or listed == "[]" and not has_methods(name, known)
        if class and is_written and #class.fields > 0 then
          list[#list + 1] = { param = entry.name, class = class }
          look(class.fields)
        end
      end
    end
  end
  look(block.params)
  return list
end

--- The help for one function or value, as lines.
local function describe(block, known)
  local lines = { block.name .. (block.arguments or ""), "" }
  add_text(lines, block.text)
  if #block.params > 0 then
    lines[#lines + 1] = ""
    add_entries(lines, block.params)
  end
  for _, option in ipairs(option_classes(block, known)) do
    lines[#lines + 1] = ""
    lines[#lines + 1] = ("Fields of %s (those with ? may be left out):"):format(option.param)
    add_text(lines, option.class.text)
    add_entries(lines, option.class.fields)
  end
  for i, result in ipairs(block.returns) do
    if i == 1 then lines[#lines + 1] = "" end
    lines[#lines + 1] = "Gives " .. result
  end
  return table.concat(lines, "\n") .. "\n"
end

-- ---- finding ---------------------------------------------------------------------------------

--- A name as people ask for it: "f:where", "Frame.where" and "where" are all Frame:where.
local function plain(name)
  return (name:lower():gsub("^assay[.:]", ""):gsub("%(.*$", ""))
end

local function last(name) return name:match "[^.:]+$" or name end

--- The blocks that a name may mean: those of that whole name, else those that end in it.
local function find(name, known)
  local asked, whole, ending = plain(name), {}, {}
  for _, full in ipairs(known.order) do
    local block = known.functions[full] or known.values[full]
    if plain(full):gsub(":", ".") == asked:gsub(":", ".") then whole[#whole + 1] = block end
    if last(full):lower() == last(asked) then ending[#ending + 1] = block end
  end
  return #whole > 0 and whole or ending
end

--- The whole name whose last part is most like what was asked for.
local function nearest(name, known)
  local whole = {}
  for _, full in ipairs(known.order) do whole[last(full)] = full end
  return whole[check.nearest(last(plain(name)), whole)]
end

--- True and the help for `name`, or false and why there is none.
function help.answer(name, paths)
  local known = help.parse(paths)
  local found = {}
  for i, block in ipairs(find(name, known)) do found[i] = describe(block, known) end
  if #found > 0 then return true, table.concat(found, "\n") end
  local near = nearest(name, known)
  local hint = near and (": did you mean '%s'?"):format(near) or ": `assay help` says how to ask"
  return false, ("there is no function '%s'%s"):format(core.text.quote(name), hint)
end

-- ---- the command -----------------------------------------------------------------------------

function help.declare(parser)
  parser:argument("NAME", "A command, or a function or method of the library."):target("name"):argname("NAME"):args "?"
end

function help.call(words, host)
  local command = require "assay.command"
  local text = words.name == nil and command.overview(host) or command.help(host, words.name)
  if text then
    io.write(text)
    return command.DONE
  end
  local found, answer = help.answer(words.name, host.definitions())
  if found then
    io.write(answer)
    return command.DONE
  end
  return check.fail(answer)
end

return help
