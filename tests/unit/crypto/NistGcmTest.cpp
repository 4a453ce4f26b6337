// SPDX-License-Identifier: Apache-2.0
// NIST's AES-256-GCM vectors (CAVP, gcmtestvectors) through the AEAD primitive: all with a nonce of 96 and a
// tag of 128 bits.
#include "central_oauth/crypto/Aead.h"
#include "central_oauth/crypto/Encoding.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <string_view>

using namespace central_oauth::crypto;

namespace {

/// One test case of a response file: its fields by name, including those of its group.
class NistCase {
public:
    void set(const std::string& name, std::string value) { _fields[name] = std::move(value); }
    void markAsFailure() { _fails = true; }

    [[nodiscard]] bool fails() const { return _fails; }
    [[nodiscard]] bool fits() const {
        return text("Keylen") == "256" && text("IVlen") == "96" && text("Taglen") == "128";
    }
    [[nodiscard]] std::string text(const std::string& name) const {
        const auto found = _fields.find(name);
        CPPUNIT_ASSERT_MESSAGE("vector without " + name, found != _fields.end());
        return found->second;
    }
    [[nodiscard]] std::string bytes(const std::string& name) const { return decodeHex(text(name)).value(); }
    [[nodiscard]] std::string name() const {
        return "PTlen " + text("PTlen") + ", AADlen " + text("AADlen") + ", Count " + text("Count");
    }

private:
    std::map<std::string, std::string> _fields;
    bool _fails = false;
};

/// Reads the format of NIST's .rsp files: `[Name = value]` for a group, then cases of `Name = value` or
/// `FAIL` lines, each ended by an empty line.
class NistFile {
public:
    explicit NistFile(const std::string& name)
        : _path(std::filesystem::path(CENTRAL_OAUTH_NIST_VECTORS) / name) {}

    void forEachCase(const std::function<void(const NistCase&)>& run) const {
        std::ifstream file(_path);
        CPPUNIT_ASSERT_MESSAGE(_path.string() +
                                   " is missing; install Debian's package python3-cryptography-vectors "
                                   "or point CENTRAL_OAUTH_NIST_VECTORS at NIST's files",
                               file.is_open());
        NistCase group;
        NistCase current;
        bool inCase = false;
        const auto finish = [&] {
            if (inCase && current.fits())
                run(current);
            inCase = false;
        };
        for (std::string line; std::getline(file, line);) {
            while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
                line.pop_back();
            if (line.empty()) {
                finish();
            } else if (line.front() == '[') {
                assign(group, line.substr(1, line.size() - 2));
            } else if (line == "FAIL") {
                current.markAsFailure();
            } else if (line.front() != '#') {
                if (line.starts_with("Count"))
                    current = group;
                inCase = true;
                assign(current, line);
            }
        }
        finish();
    }

private:
    static void assign(NistCase& target, const std::string& line) {
        const std::size_t equals = line.find(" =");
        CPPUNIT_ASSERT_MESSAGE("unexpected line in a vector file: " + line, equals != std::string::npos);
        const std::size_t value = equals + 3;
        target.set(line.substr(0, equals), value < line.size() ? line.substr(value) : std::string());
    }

    std::filesystem::path _path;
};

struct Counts {
    int cases = 0;
    int failures = 0;
};

Counts runDecryption() {
    Counts counts;
    NistFile("gcmDecrypt256.rsp").forEachCase([&](const NistCase& vector) {
        const std::string key = vector.bytes("Key");
        const std::string nonce = vector.bytes("IV");
        const std::string data = vector.bytes("AAD");
        const auto plaintext = aeadOpen({key, nonce, data}, vector.bytes("CT") + vector.bytes("Tag"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(vector.name(), !vector.fails(), plaintext.has_value());
        if (plaintext)
            CPPUNIT_ASSERT_EQUAL_MESSAGE(vector.name(), vector.text("PT"), encodeHex(plaintext->reveal()));
        ++counts.cases;
        counts.failures += vector.fails() ? 1 : 0;
    });
    return counts;
}

Counts runEncryption() {
    Counts counts;
    NistFile("gcmEncryptExtIV256.rsp").forEachCase([&](const NistCase& vector) {
        const std::string key = vector.bytes("Key");
        const std::string nonce = vector.bytes("IV");
        const std::string data = vector.bytes("AAD");
        const std::string sealed = aeadSeal({key, nonce, data}, vector.bytes("PT"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(vector.name(), vector.text("CT") + vector.text("Tag"),
                                     encodeHex(sealed));
        CPPUNIT_ASSERT(!vector.fails());
        ++counts.cases;
    });
    return counts;
}

} // namespace

class NistGcmTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NistGcmTest);
    CPPUNIT_TEST(testPassesAll750VectorsWith191ExpectedFailures);
    CPPUNIT_TEST_SUITE_END();

    void testPassesAll750VectorsWith191ExpectedFailures() {
        const Counts decryption = runDecryption();
        const Counts encryption = runEncryption();
        CPPUNIT_ASSERT_EQUAL(375, decryption.cases);
        CPPUNIT_ASSERT_EQUAL(375, encryption.cases);
        CPPUNIT_ASSERT_EQUAL(750, decryption.cases + encryption.cases);
        CPPUNIT_ASSERT_EQUAL(191, decryption.failures + encryption.failures);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NistGcmTest);
