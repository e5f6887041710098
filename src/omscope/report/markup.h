// Names from files inside of markup: none of their characters can become markup.
#pragma once

#include <string>
#include <string_view>

namespace omscope::report {

/// For HTML and XML, in text and in quoted attributes. What XML cannot hold (control characters,
/// noncharacters) becomes `\xNN`.
std::string markup_text(std::string_view text);

/// For a line or a table cell of GitHub's and GitLab's markdown: no markup, no link, no mention.
std::string markdown_text(std::string_view text);

}  // namespace omscope::report
